--[[
Counts a send to a destination, unless it is too soon for one.  Keeps the
promise that a destination gets so many an hour, and not two at once.

KEYS[1]  list: ms of the last sends, newest first
ARGV     s between two sends, sends an hour
Returns  0, or s until the next send
--]]

local HOUR = 3600000

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local cooldown, most = ARGV[1] * 1000, tonumber(ARGV[2])

local sends = redis.call('LRANGE', KEYS[1], 0, most - 1)
local ms = math.max((sends[1] or -cooldown) + cooldown - now,
                    (sends[most] or -HOUR) + HOUR - now)

if ms > 0 then
    return math.ceil(ms / 1000)
end

redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
redis.call('LTRIM', KEYS[1], 0, most - 1)
redis.call('PEXPIRE', KEYS[1], math.max(HOUR, cooldown))

return 0
