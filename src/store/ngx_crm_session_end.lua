--[[
Ends sessions of one contact.  May be repeated.

KEYS[1]  zset: the contact's sessions
KEYS     from 2 on: the hash of each session that ends
ARGV     the sid of each, in the same order
Returns  { how many of them there were }
--]]

local ended = 0

for i, sid in ipairs(ARGV) do
    ended = ended + redis.call('ZREM', KEYS[1], sid)
    redis.call('DEL', KEYS[i + 1])
end

return { ended }
