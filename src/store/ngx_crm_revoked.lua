--[[
Revokes tokens and tells all edges.  Keeps the promises that a revocation
stands before it is told, and until the last token it concerns has expired.

KEYS[1]  zset crm:revoked: member -> Unix seconds until which it stands
KEYS[2]  string, of a contact's alone: the newest time it is revoked up to
ARGV     member, those seconds, that time
Returns  { the event that was published }
--]]

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf',
           '(' .. redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], 'GT', ARGV[2], ARGV[1])

if KEYS[2] then
    local last = redis.call('GET', KEYS[2]) or 0

    if (tonumber(last) or 0) < tonumber(ARGV[3]) then
        redis.call('SET', KEYS[2], ARGV[3], 'KEEPTTL')
    end

    -- an older revocation may be of a token that lives longer

    if redis.call('EXPIRETIME', KEYS[2]) < tonumber(ARGV[2]) then
        redis.call('EXPIREAT', KEYS[2], ARGV[2])
    end
end

local event = 'revoke ' .. string.gsub(ARGV[1], '^s:', '') .. ' ' .. ARGV[2]

redis.call('PUBLISH', 'crm:events', event)

return { event }
