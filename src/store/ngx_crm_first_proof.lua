--[[
Voids what was set before a contact's first proof.  The password that came
with a registration waits until that very registration is proven; a stranger
who registers somebody else's address never sees his password accepted.

KEYS[1]  hash: the contact
ARGV     the handle that was proven, or ''
Returns  1 where a registration's password is the contact's from now on, or 0
--]]

local old = redis.call('HMGET', KEYS[1], 'pending_otp', 'pending',
                       'is_verified')

-- somebody was faster, and what is there came with that proof
if old[3] == 'true' then
    return 0
end

redis.call('HDEL', KEYS[1], 'password', 'pending_otp', 'pending',
           'registered')

if ARGV[1] == '' or old[1] ~= ARGV[1] or not old[2] then
    return 0
end

redis.call('HSET', KEYS[1], 'password', old[2])

return 1
