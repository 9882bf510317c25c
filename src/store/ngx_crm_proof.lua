--[[
Stores a contact's password hashed anew, unless another one has been stored
since the old hash was read.

KEYS[1]  hash: the contact
ARGV     the old hash, the new one
Returns  1 where it was stored, or 0
--]]

if redis.call('HGET', KEYS[1], 'password') ~= ARGV[1] then
    return 0
end

redis.call('HSET', KEYS[1], 'password', ARGV[2])

return 1
