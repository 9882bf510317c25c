--
-- Puts a message out and throws away what is older than it may be, and the
-- oldest of what is more than the stream may hold.
--
-- KEYS  the stream
-- ARGV  ms to keep a message, how many to keep, 1: count what is lost,
--       then the message's members and their values
-- n: how many messages the cap threw away
--

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local oldest = string.format("%.0f", math.max(0, now - ARGV[1]))

redis.call("XADD", KEYS[1], "MINID", oldest, "*", unpack(ARGV, 4))

local lost = redis.call("XTRIM", KEYS[1], "MAXLEN", ARGV[2])

return lost * ARGV[3]
