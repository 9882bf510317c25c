-- One-time passwords and refreshed tokens in Lua: the commands and scripts
-- that the module sends to Redis, in the same order.

local cjson = require "cjson.safe"
local ffi = require "ffi"

local flows = {}

local members = { "title", "first_name", "middle_name", "last_name",
    "company_name", "avatar", "is_verified", "email", "mobile", "segment",
    "platform", "account_number", "account_id", "push_notifications",
    "do_not_disturb", "roaming", "profile_image", "organisations",
    "birthdate", "password", "state" }

local position = {}

for i, name in ipairs(members) do
    position[name] = i
end

local scripts = {}

for _, name in ipairs { "otp_budget", "otp_code", "outbox", "session",
                        "session_rotate" }
do
    local text = edge.slurp(settings.top .. "/src/store/ngx_crm_" .. name
                            .. ".lua")

    scripts[name] = { text = text, sha = edge.hex(ngx.sha1_bin(text)) }
end

local sha256, sha512 = ffi.C.EVP_sha256(), ffi.C.EVP_sha512()
local secret = edge.slurp(settings.data .. "/secret")
local jwt_key = edge.slurp(settings.data .. "/jwt.key")
local jwt_head = edge.base64url('{"alg":"HS512","kid":"hs","typ":"JWT"}')


local function fail(red, status)
    if red then
        red:set_keepalive(60000, 100)
    end

    return ngx.exit(status)
end


local function run(red, name, ...)
    local script = scripts[name]
    local reply, err = red:evalsha(script.sha, ...)

    if not reply and err and err:find("NOSCRIPT", 1, true) then
        reply, err = red:eval(script.text, ...)
    end

    return reply or fail(red, 503)
end


local function budget(red, app, what)
    local wait = run(red, "otp_budget", 1, "crm:live:otp:app:{" .. app .. "}",
                     what, "100000000")

    return wait == 0 or fail(red, 429)
end


local function contact(red, id)
    local found = red:hmget("crm:live:contact:{" .. id .. "}",
                            unpack(members))

    if not found or found[position.state] ~= "active" then
        return fail(red, 400)
    end

    return found
end


local function mac(...)
    return edge.hmac(sha256, secret, table.concat({ ... }, "\0"))
end


local function place(handle)
    return "crm:live:otp:{" .. handle:sub(1, 8) .. "}:"
end


function flows.otp(red, app, sent)
    local credential = sent.credentials and sent.credentials[1]

    if sent.send_method ~= "SMS" or not credential then
        return fail(red, 400)
    end

    budget(red, app, "take")

    local name = credential.name .. ":" .. credential.value
    local id = red:get("crm:live:identity:{" .. name .. "}")

    if not id or id == ngx.null then
        return fail(red, 400)
    end

    local to = contact(red, id)[position.mobile]
    local destination = edge.hex(mac("live", "SMS", to))
    local random = edge.hex(edge.random(10))
    local handle = destination:sub(1, 8) .. "-" .. random:sub(1, 4) .. "-8"
                   .. random:sub(5, 7) .. "-a" .. random:sub(8, 10) .. "-"
                   .. random:sub(9, 20)
    local a, b, c = edge.random(3):byte(1, 3)
    local code = ("%06d"):format((a * 65536 + b * 256 + c) % 1000000)
    local at = place(handle)

    local wait = run(red, "otp_code", 3, at .. handle,
        at .. "throttle:" .. destination, at .. "latest:login:" .. name,
        "issue", handle, "login", 300, 0, 1000, "digest",
        edge.hex(mac("live", handle, "login", code)), "contact", id,
        "destination", destination, "purpose", "login", "app", app,
        "tries", 5)

    if wait ~= 0 then
        return fail(red, 429)
    end

    run(red, "outbox", 1, "crm:outbox", 3600000, 100000, 1, "channel", "SMS",
        "to", to, "template", "otp", "code", code, "contact", id, "mode",
        "live", "expires", ngx.time() + 300)

    return { obfuscated_value = to:sub(1, 6) .. "***" .. to:sub(-3),
             auth_otp = handle }
end


local function refresh_token(id, sid, generation)
    local text = ("v1.%s.%s.%s.%d"):format("00000000", id, sid, generation)

    return text .. "." .. edge.base64url(mac("refresh", text))
end


local function tokens(id, app, sid, generation, person)
    local now = ngx.time()
    local text = jwt_head .. "." .. edge.base64url(cjson.encode {
        app = app, exp = now + 900, iat = now, mode = "live", sid = sid,
        jti = edge.base64url(edge.random(16)), sub = id })
    local shown = { id = id }

    for _, name in ipairs { "title", "first_name", "last_name",
                            "company_name", "avatar", "is_verified" }
    do
        local value = person[position[name]]

        shown[name] = value ~= ngx.null and value or ""
    end

    return {
        access_token = text .. "."
                       .. edge.base64url(edge.hmac(sha512, jwt_key, text)),
        refresh_token = refresh_token(id, sid, generation),
        exp = tostring(now + 900),
        contact = shown,
        organisations = cjson.empty_array,
    }
end


flows["validate-otp"] = function (red, app, sent)
    local credential = sent.credentials and sent.credentials[1]

    if not credential or credential.name ~= "AUTH_OTP" then
        return fail(red, 400)
    end

    budget(red, app, "take")

    local handle = credential.value
    local at = place(handle)
    local found = red:hmget(at .. handle, "destination", "contact")

    if not found or found[1] == ngx.null then
        return fail(red, 400)
    end

    local person = contact(red, found[2])
    local reply = run(red, "otp_code", 2, at .. handle,
        at .. "throttle:" .. found[1], "try", handle, "login", app,
        edge.hex(mac("live", handle, "login", sent.code or "")))

    if reply[2] == "" then
        return fail(red, 400)
    end

    budget(red, app, "return")

    local id, sid = reply[2], edge.hex(edge.random(16))
    local sessions = "crm:live:session"

    local opened = run(red, "session", 3, sessions .. "s:{" .. id .. "}",
        sessions .. ":{" .. id .. "}:" .. sid,
        "crm:live:contact:{" .. id .. "}", sid, app, "", 2592000, 50, "", "")

    if opened[1] ~= 1 then
        return fail(red, 400)
    end

    return tokens(id, app, sid, 1, person)
end


function flows.refresh(red, app, sent)
    local token = sent.refresh_token or ""
    local id, sid, generation =
        token:match("^v1%.%w+%.(.+)%.(%x+)%.(%d+)%.[%w_-]+$")

    if not id or refresh_token(id, sid, generation) ~= token then
        return fail(red, 401)
    end

    local sessions = "crm:live:session"
    local reply = run(red, "session_rotate", 3, sessions .. "s:{" .. id .. "}",
        sessions .. ":{" .. id .. "}:" .. sid,
        "crm:live:contact:{" .. id .. "}", sid, generation, 10, 65536)

    if reply[1] ~= 1 then
        return fail(red, 401)
    end

    return tokens(id, app, sid, reply[2], reply[4])
end


function flows.answer()
    local app = edge.key()

    ngx.req.read_body()

    local sent = cjson.decode(ngx.req.get_body_data() or "")
    local flow = flows[ngx.var.uri:match("([^/]+)$")]

    if type(sent) ~= "table" or not flow then
        return ngx.exit(400)
    end

    local red = edge.connect()
    local text = cjson.encode(flow(red, app, sent))

    red:set_keepalive(60000, 100)

    ngx.header.content_length = #text
    ngx.print(text)
end


return flows
