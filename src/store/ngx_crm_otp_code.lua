--
-- The codes of one destination, all in one slot.
--
-- issue:  KEYS  the code, the destination's throttle, the latest's names
--         ARGV  "issue", handle, purpose, ttl in s, s between two sends,
--               sends an hour, then members of the code and their values
--         s: 0, or how long to wait before the next send
-- latest: KEYS  the latest's names
--         ARGV  "latest"
--         {handle, ms}: the newest code and what is left of its life
-- try:    KEYS  the code, the destination's throttle
--         ARGV  "try", handle, purpose, app, the digest of what was typed,
--               "hold": it may be given back
--         {s, contact}: s to wait, the contact where the code was right
-- give:   KEYS  the code
--         ARGV  "give"
--         0: a code that was held has the tries again that it had
--
-- The promises: a destination gets so many codes an hour and not two at
-- once, sees at most 20 wrong tries an hour and 60 a day over all its codes,
-- whatever credential led to it; a code bears so many tries, a newer one
-- voids it, and it is right once.  The throttle keeps the times of sends and
-- failures, so that an hour is the last hour.
--

local HOUR, DAY = 3600000, 86400000

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)


local function times(text, age)
    local list = {}

    for at in string.gmatch(text or "", "%d+") do
        if now - at < age then
            list[#list + 1] = at
        end
    end

    return list
end


local function add(list)
    list[#list + 1] = string.format("%.0f", now)
end


-- how long until fewer than n of the times lie in the last ms

local function wait(list, n, ms)
    local nth = list[#list - n + 1]

    return nth and nth + ms - now or 0
end


local function wait_failures(failures)
    return math.max(0, wait(failures, 20, HOUR), wait(failures, 60, DAY))
end


local run = {}


function run.issue()
    local handle, purpose, ttl = ARGV[2], ARGV[3], tonumber(ARGV[4])
    local cooldown, per_hour = ARGV[5] * 1000, tonumber(ARGV[6])

    local old = redis.call("HMGET", KEYS[2], "sends", "failures")
    local sends = times(old[1], math.max(HOUR, cooldown))
    local failures = times(old[2], DAY)

    -- a code that nobody may try is not sent

    local ms = math.max(wait(sends, 1, cooldown), wait(sends, per_hour, HOUR),
                        wait_failures(failures))

    if ms > 0 then
        return math.ceil(ms / 1000)
    end

    add(sends)

    redis.call("HSET", KEYS[2], "sends", table.concat(sends, " "),
               "current:" .. purpose, handle)
    redis.call("PEXPIRE", KEYS[2], #failures > 0 and DAY
               or math.max(HOUR, cooldown, ttl * 1000))

    redis.call("HSET", KEYS[1], unpack(ARGV, 7))
    redis.call("EXPIRE", KEYS[1], ttl)

    for i = 3, #KEYS do
        redis.call("SET", KEYS[i], handle, "EX", ttl)
    end

    return 0
end


function run.latest()
    local handle, left = "", 0

    for i = 1, #KEYS do
        local found = redis.call("GET", KEYS[i])
        local ms = redis.call("PTTL", KEYS[i])

        if found and ms > left then
            handle, left = found, ms
        end
    end

    return { handle, left }
end


function run.try()
    local handle, purpose, app, digest, hold = unpack(ARGV, 2)

    local code = redis.call("HMGET", KEYS[1], "digest", "contact", "purpose",
                            "app", "tries")
    local old = redis.call("HMGET", KEYS[2], "failures",
                           "current:" .. purpose)
    local failures = times(old[1], DAY)
    local ms = wait_failures(failures)

    if ms > 0 then
        return { math.ceil(ms / 1000), "" }
    end

    local tries = tonumber(code[5] or 0) or 0

    if tries < 1 or old[2] ~= handle then
        return { 0, "" }
    end

    -- Counted before it is looked at.  Equal strings are one object in Lua,
    -- so that comparing takes no longer for a digest that begins alike.

    redis.call("HINCRBY", KEYS[1], "tries", -1)

    if code[1] == digest and code[3] == purpose and code[4] == app then
        if hold then
            redis.call("HSET", KEYS[1], "tries", 0, "held", tries)
        else
            redis.call("DEL", KEYS[1])
            redis.call("HDEL", KEYS[2], "current:" .. purpose)
        end

        return { 0, code[2] }
    end

    add(failures)

    redis.call("HSET", KEYS[2], "failures", table.concat(failures, " "))
    redis.call("PEXPIRE", KEYS[2], DAY)

    return { 0, "" }
end


-- A newer code has voided it for the throttle, whatever its tries.

function run.give()
    local held = redis.call("HGET", KEYS[1], "held")

    if held then
        redis.call("HSET", KEYS[1], "tries", held)
        redis.call("HDEL", KEYS[1], "held")
    end

    return 0
end


return run[ARGV[1]]()
