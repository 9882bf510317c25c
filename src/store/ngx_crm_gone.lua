--[[
Disables a contact that the CRM has deleted: no way in leads to it any more.

KEYS[1]  hash: the contact
Returns  1 where there is one, or 0
--]]

if redis.call('EXISTS', KEYS[1]) == 0 then
    return 0
end

redis.call('HSET', KEYS[1], 'state', 'disabled')

return 1
