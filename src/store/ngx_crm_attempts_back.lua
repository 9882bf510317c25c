--[[
Takes a counted attempt back, for it succeeded, and with it the lock that it
made full.  Told twice, it does nothing the second time.

KEYS     as in ngx_crm_attempts.lua
ARGV     the attempt's id, failures that lock
Returns  1 where it was counted, or 0
--]]

if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then
    return 0
end

if redis.call('ZCARD', KEYS[2]) < tonumber(ARGV[2]) then
    redis.call('DEL', KEYS[3])
end

-- the hour it was counted in may be over
if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then
    redis.call('DECR', KEYS[1])
end

return 1
