--[[
Spends a refresh token of a session.  Keeps the promises that the generation
just spent gets the very same successor for a while, that an older one is
theft, and that a session's end is absolute: no life is made longer.  What
the edge cannot answer with must not spend the token.

KEYS[1]  zset: the contact's sessions, sid -> Unix seconds of their end
KEYS[2]  hash: the session
KEYS[3]  hash: the contact
ARGV     sid, the token's generation, s for which it may come again, bytes of
         a member of the contact at most
Returns  { 0: no such session, or the contact is not active, 1: fine,
           2: theft;
           the successor's generation, Unix seconds of the session's end;
           the members, in the order of ngx_crm_person_members: written here,
           for they would be most of each command }
--]]

local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local generation = tonumber(ARGV[2])

local held = redis.call('HMGET', KEYS[2], 'generation', 'rotated')
local current = tonumber(held[1] or 0) or 0
local rotated = tonumber(held[2] or 0) or 0
local finish = redis.call('ZSCORE', KEYS[1], ARGV[1])

local contact = redis.call('HMGET', KEYS[3],
    'title', 'first_name', 'middle_name', 'last_name', 'company_name',
    'avatar', 'is_verified', 'email', 'mobile', 'segment', 'platform',
    'account_number', 'account_id', 'push_notifications', 'do_not_disturb',
    'roaming', 'profile_image', 'organisations', 'birthdate', 'password',
    'state')

finish = math.floor(finish and tonumber(finish) or 0)

if current == 0 or finish <= now or contact[#contact] ~= 'active' then
    return { 0, 0, 0, {} }
end

local most = tonumber(ARGV[4])

for _, member in ipairs(contact) do
    if member and #member > most then
        return { 1, generation, finish, contact }
    end
end

-- one that is newer than the store's is ours too: a failover has lost what
-- was written last

if generation >= current then
    redis.call('HSET', KEYS[2],
               'generation', string.format('%.0f', generation + 1),
               'rotated', string.format('%.6f', now))

    return { 1, generation + 1, finish, contact }
end

if generation == current - 1 and now - rotated <= tonumber(ARGV[3]) then
    return { 1, current, finish, contact }
end

return { 2, 0, finish, {} }
