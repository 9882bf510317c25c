-- What wrk sends.  Its arguments: how, and a file of requests that are parted
-- by NULs.
--
-- turn   the requests one after the other, over and over
-- once   each of them once, and an end
-- chain  the file's first part is a head up to "Content-Length: ", the others
--        are refresh tokens; the token of an answer makes a later request
--
-- The last line says: requests, seconds, bytes, errors, wrong answers, and
-- p50, p99 and the longest time in us.

local ffi = require "ffi"

ffi.cdef [[
typedef struct { long sec; long nsec; } bench_time_t;
int clock_gettime(int clock, bench_time_t *time);
]]

local threads = {}
local parts = {}
local at = 0

started, ended, wrong = 0, 0, 0     -- done() reads them


local function now()
    local time = ffi.new("bench_time_t")

    ffi.C.clock_gettime(1, time)

    return tonumber(time.sec) + tonumber(time.nsec) / 1e9
end


local ways = {}


function ways.turn()
    at = at % #parts + 1

    return parts[at]
end


function ways.once()
    at = at + 1

    if at == 1 then
        started = now()
    end

    if at == #parts + 1 then
        ended = now()
        wrk.thread:stop()
    end

    return parts[math.min(at, #parts)]
end


function ways.chain()
    at = at + 1

    local body = '{"refresh_token":"' .. parts[at] .. '"}'

    parts[at] = false

    return parts[1] .. #body .. "\r\n\r\n" .. body
end


-- answers to a refresh or a code; a wrong one ends the run

local function signed_in(status, headers, body)
    local token = body:match('"refresh_token":"([%w._-]+)"')

    if status ~= 200 or not token or not body:find('"access_token":"', 1, true)
        or body:sub(-1) ~= "}"
    then
        wrong = wrong + 1
        wrk.thread:stop()
    end

    return token
end


local function chained(...)
    parts[#parts + 1] = signed_in(...)
end


function setup(thread)
    threads[#threads + 1] = thread
end


function init(args)
    local file = assert(io.open(args[2], "rb"))

    for part in file:read("*a"):gmatch("%Z+") do
        parts[#parts + 1] = part
    end

    file:close()

    request = ways[args[1]]

    if args[1] == "chain" then
        at = 1
        response = chained

    elseif args[1] == "once" then
        response = signed_in
    end
end


function done(summary, latency)
    local errors = summary.errors
    local thread = threads[1]
    local seconds = thread:get("ended") - thread:get("started")

    if seconds <= 0 then
        seconds = summary.duration / 1e6
    end

    io.write(("BENCH %d %.6f %d %d %d %d %d %d\n"):format(summary.requests,
        seconds, summary.bytes, errors.connect + errors.read + errors.write
        + errors.timeout + errors.status, thread:get("wrong"),
        latency:percentile(50), latency:percentile(99), latency.max))
end
