--[[
Stores what a registration has made.

reserve   KEYS     string: the reservation; string: the credential's contact
          ARGV     'reserve', a new key, seconds that it is kept for
          Returns  the key to use, the older one where it is reserved; ''
                   where the credential leads to a contact meanwhile
contact   KEYS[1]  hash: the contact
          ARGV     'contact', the credential NAME:value, members and values
          Returns  1; where there is one, which stays as it is, 1 too if
                   this credential has registered it, 2 if it has that very
                   address, or 0
identity  KEYS     string: the credential's contact; string: its reservation
          ARGV     'identity', the contact's id, what 'contact' returned
          Returns  { 1 where it leads there from now on or 0, the id }

Keeps the promise that nobody registers over a contact that is there: neither
its members nor the ways to it change, for a way in is where a reset of the
password is mailed to; and that of many registrations at once the CRM hears
one key.
--]]

local run = {}


function run.reserve()
    if redis.call('EXISTS', KEYS[2]) == 1 then
        return ''
    end

    return redis.call('SET', KEYS[1], ARGV[2], 'NX', 'GET', 'EX', ARGV[3])
           or ARGV[2]
end


function run.contact()
    local own = redis.call('HMGET', KEYS[1], 'email', 'mobile', 'registered')

    -- by a request that was cut off, or by one that is faster

    if own[3] == ARGV[2] then
        return 1
    end

    if redis.call('EXISTS', KEYS[1]) == 1 then
        return ('EMAIL:' .. string.lower(own[1] or '') == ARGV[2]
                or 'PHONE:' .. (own[2] or '') == ARGV[2]) and 2 or 0
    end

    redis.call('HSET', KEYS[1], 'registered', unpack(ARGV, 2))

    return 1
end


function run.identity()
    local first = ARGV[3] ~= '0' and redis.call('SETNX', KEYS[1], ARGV[2]) or 0

    redis.call('DEL', KEYS[2])

    return { first, redis.call('GET', KEYS[1]) or ARGV[2] }
end


return run[ARGV[1]]()
