--[[
Whether a token is revoked, for an edge whose own copy may not be whole.
Keeps the promise that no revocation is forgotten.

KEYS[1]  zset crm:revoked
KEYS[2]  string: the newest time the contact's tokens are revoked up to
ARGV     the session's member, or '' of a token without one
Returns  { 1: the session is revoked, else 0; that time in Unix s, or '' }
--]]

return { redis.call('ZSCORE', KEYS[1], ARGV[1]) and 1 or 0,
         redis.call('GET', KEYS[2]) or '' }
