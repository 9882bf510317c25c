-- The checks by hand, and quick: HMAC by FFI, verified tokens kept, API keys
-- in a shared dictionary, asked of Redis when they are new.

local cjson = require "cjson.safe"
local ffi = require "ffi"
local lrucache = require "resty.lrucache"
local redis = require "nginx.redis"

ffi.cdef [[
typedef struct evp_md_st EVP_MD;
const EVP_MD *EVP_sha256(void);
const EVP_MD *EVP_sha512(void);
unsigned char *HMAC(const EVP_MD *md, const void *key, int key_len,
    const char *text, size_t len, unsigned char *out, unsigned int *out_len);
unsigned char *SHA256(const char *text, size_t len, unsigned char *out);
int RAND_bytes(unsigned char *out, int n);
]]

local crypto = ffi.C
local out = ffi.new("unsigned char[64]")
local out_len = ffi.new("unsigned int[1]")

local verified = lrucache.new(4096)

local sealed = { '{"response":{"success":"true","result":', "}}" }
local five = { "correlationId", "srDate", "source", "destination",
               "operation" }

local edge = {}


local function slurp(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read("*a")

    file:close()

    return text
end


local secret = slurp(settings.data .. "/jwt.key")
local public = {}

-- luaossl may not be there; then RS256 and ES256 are refused

local has_pkey, pkey = pcall(require, "openssl.pkey")
local has_digest, digest = pcall(require, "openssl.digest")

if has_pkey and has_digest then
    public.RS256 = pkey.new(slurp(settings.data .. "/rs256.pub"))
    public.ES256 = pkey.new(slurp(settings.data .. "/es256.pub"))
end


function edge.slurp(path)
    return slurp(path)
end


function edge.hmac(md, key, text)
    crypto.HMAC(md, key, #key, text, #text, out, out_len)

    return ffi.string(out, out_len[0])
end


function edge.hex(text)
    return (text:gsub(".", function (c)
        return string.format("%02x", c:byte())
    end))
end


function edge.random(n)
    crypto.RAND_bytes(out, n)

    return ffi.string(out, n)
end


function edge.base64url(text)
    return (ngx.encode_base64(text, true):gsub("[+/]",
        { ["+"] = "-", ["/"] = "_" }))
end


local function unbase64url(text)
    text = text:gsub("[-_]", { ["-"] = "+", ["_"] = "/" })

    return ngx.decode_base64(text .. ("="):rep(-#text % 4))
end


local function integer(bytes)
    bytes = bytes:gsub("^%z+", "")

    if bytes == "" or bytes:byte() > 127 then
        bytes = "\0" .. bytes
    end

    return "\2" .. string.char(#bytes) .. bytes
end


local function der(signature)
    local pair = integer(signature:sub(1, 32)) .. integer(signature:sub(33))

    return "0" .. string.char(#pair) .. pair
end


local function is_signed(alg, text, signature)
    if alg == "HS512" then
        return edge.hmac(crypto.EVP_sha512(), secret, text) == signature
    end

    if not public[alg] or not signature then
        return false
    end

    return public[alg]:verify(alg == "ES256" and der(signature) or signature,
                              digest.new("sha256"):update(text))
end


local function verify(token)
    local head, payload, signature =
        token:match("^([%w_-]+)%.([%w_-]+)%.([%w_-]+)$")

    if not head then
        return
    end

    local header = cjson.decode(unbase64url(head) or "")
    local claims = cjson.decode(unbase64url(payload) or "")

    if type(header) ~= "table" or type(claims) ~= "table"
        or type(claims.sub) ~= "string" or type(claims.exp) ~= "number"
        or not is_signed(header.alg, head .. "." .. payload,
                         unbase64url(signature))
    then
        return
    end

    return claims
end


function edge.token()
    local sent = ngx.var.http_authorization
    local token = sent and sent:match("^[Bb]earer +(%S+)$")

    if not token then
        return ngx.exit(401)
    end

    local claims = verified:get(token)

    if not claims then
        claims = verify(token)

        if not claims then
            return ngx.exit(401)
        end

        verified:set(token, claims)
    end

    if claims.exp < ngx.time() then
        return ngx.exit(401)
    end

    ngx.var.contact = claims.sub

    return claims
end


function edge.key()
    local key = ngx.var.http_api_key

    if not key then
        return ngx.exit(401)
    end

    local app = ngx.shared.keys:get(key)

    if app then
        return app
    end

    local red = edge.connect()
    local name = "crm:apikey:{"
                 .. edge.hex(ffi.string(crypto.SHA256(key, #key, out), 32))
                 .. "}"
    local found = red:hmget(name, "app", "state")

    red:set_keepalive(60000, 100)

    if not found or found[2] ~= "active" then
        return ngx.exit(401)
    end

    ngx.shared.keys:set(key, found[1], 60)

    return found[1]
end


function edge.connect()
    local red = redis:new()

    red:set_timeout(5000)
    assert(red:connect("unix:" .. settings.store))

    return red
end


function edge.all()
    local headers

    edge.key()
    headers = ngx.req.get_headers()

    for _, name in ipairs(five) do
        local value = headers[name]

        if not value or value == "" then
            return ngx.exit(400)
        end
    end

    if not headers.srDate:find("^%d%d%-%d%d%-%d%d%d%d$") then
        return ngx.exit(400)
    end

    local claims = edge.token()

    if ngx.var.uri:match("/contacts/([^/]+)/") ~= claims.sub then
        return ngx.exit(403)
    end
end


function edge.seal_header()
    if ngx.status == 200 and ngx.header.content_length then
        ngx.header.content_length = ngx.header.content_length
                                    + #sealed[1] + #sealed[2]
    end
end


-- the whole body is validated, and its bytes are passed on as they came

function edge.seal_body()
    local held = ngx.ctx.held

    if ngx.status ~= 200 then
        return
    end

    if not held then
        held = {}
        ngx.ctx.held = held
    end

    held[#held + 1] = ngx.arg[1]

    if not ngx.arg[2] then
        ngx.arg[1] = nil
        return
    end

    local body = table.concat(held)

    if cjson.decode(body) == nil then
        return ngx.ERROR
    end

    ngx.arg[1] = sealed[1] .. body .. sealed[2]
end


return edge
