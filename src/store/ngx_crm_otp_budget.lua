--
-- What an app may spend in an hour on sends and on wrong codes: taken before
-- the work, given back where neither came of it.
--
-- KEYS  the app's counter
-- ARGV  "take" or "return", the cap
-- s: 0, or how long until the hour is over
--

local spent = tonumber(redis.call("GET", KEYS[1]) or 0)

if ARGV[1] == "return" then
    if spent > 0 then
        redis.call("DECR", KEYS[1])
    end

    return 0
end

if spent >= tonumber(ARGV[2]) then
    local left = redis.call("PTTL", KEYS[1])

    return math.max(1, math.ceil(left / 1000))
end

redis.call("INCR", KEYS[1])

if spent == 0 then
    redis.call("EXPIRE", KEYS[1], 3600)
end

return 0
