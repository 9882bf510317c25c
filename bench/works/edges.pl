# Who is measured: a configuration, what it needs to be there, lines that it
# has more, the store it asks and the shared memory it has for it.

use warnings;
use strict;

my $modules = '/usr/lib/nginx/modules';
my $lua = '/usr/share/lua/5.1';

my %crm = (conf => 'edges/crm.conf', module => 1);

(
    'bare'    => { conf => 'edges/bare.conf' },
    'crm'     => { %crm },
    'cold'    => { %crm, more => 'crm_token_cache off;' },
    'logins'  => { %crm, beside => 'logins' },
    'lua'     => { conf => 'edges/lua.conf', needs => [
        "$modules/ngx_http_lua_module.so", "$lua/nginx/redis.lua",
        "$lua/resty/lrucache.lua", "$lua/openssl/pkey.lua" ] },
    'njs'     => { conf => 'edges/njs.conf',
        needs => [ "$modules/ngx_http_js_module.so" ] },
    'haproxy' => { conf => 'edges/haproxy.cfg',
        needs => [ '/usr/sbin/haproxy' ] },

    # stores that differ in what they hold
    'one'      => { %crm, zone => '512m', store => {
        keys => 1, sessions => 1, revocations => 1 } },
    'million'  => { %crm, zone => '512m', store => {
        keys => 1_000_000, sessions => 1_000_000,
        revocations => 1_000_000 } },
    'hundred'  => { %crm, zone => '64m', store => { revocations => 100 } },
    '100k'  => { %crm, zone => '64m', store => {
        revocations => 100_000 } },
);
