--[[
Stores a new password for a ticket.  The first password that a ticket brings
is the only one that it stores: until the ticket is spent, the same request
may come again, after a failure, and nobody else's.  A newer ticket voids it.
Whoever brings it has proven the address: what was registered for it is over.

KEYS[1]  string: the digest of the contact's newest ticket, and, once it has
         brought a password, a space and that password's MAC
KEYS[2]  hash: the contact
ARGV     the ticket's digest, the password's MAC, the password's hash
Returns  1 where the password was stored, or 0
--]]

local newest = redis.call('GET', KEYS[1])
local bound = ARGV[1] .. ' ' .. ARGV[2]

if newest ~= ARGV[1] and newest ~= bound then
    return 0
end

if redis.call('HGET', KEYS[2], 'state') ~= 'active' then
    return 0
end

redis.call('SET', KEYS[1], bound, 'KEEPTTL')
redis.call('HSET', KEYS[2], 'password', ARGV[3], 'is_verified', 'true')
redis.call('HDEL', KEYS[2], 'registered', 'pending', 'pending_otp')

return 1
