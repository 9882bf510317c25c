--[[
Marks a contact as verified.

KEYS[1]  hash: the contact
Returns  1, or 0 where it is not active any more
--]]

if redis.call('HGET', KEYS[1], 'state') ~= 'active' then
    return 0
end

redis.call('HSET', KEYS[1], 'is_verified', 'true')

return 1
