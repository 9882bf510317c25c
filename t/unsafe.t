#!/usr/bin/perl

# What nginx -t refuses, or warns of, and the words that say what to write.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::JWT;
use Test::CRM::Process qw(slurp);

my $t = Test::CRM->new(redis => 0, crm => {});

my ($rsa, $rsa_pub) = Test::CRM::JWT::pair('RS256', $t->dir);
my ($ec, $ec_pub) = Test::CRM::JWT::pair('ES384', $t->dir);
my $hex = '00' x 32;
my $jwt = 'crm_jwt_key HS512 file:%%DIR%%/jwt.key';

$t->file('short', 'x' x 31);
$t->file('line', 'x' x 31 . "\n");
$t->file('empty', '');
$t->file('newline', "\n");
$t->file('open', 'x' x 64);
chmod 0644, $t->dir . '/open', $ec_pub;
$t->file('both', slurp($ec_pub) . slurp($ec));
$t->file('written', slurp($ec_pub));
chmod 0644, $t->dir . '/both';
chmod 0662, $t->dir . '/written';


# where it is written; the exit status of nginx -t; what it says

my @rows = (
    [ 'the shared configuration', {}, 0 => 'test is successful' ],

    # what an API needs

    [ 'no crm_jwt_key', { keys => '' }, 1 => 'write crm_jwt_key' ],
    [ 'no crm_redis', { redis => '' }, 1 => 'write crm_redis' ],
    [ 'no crm_secret', { secret => '' }, 1 => 'write crm_secret' ],
    [ 'a location that is nested', { location =>
      'location /self-service/v1/mine { crm_access_token_ttl 0; }' },
      1 => 'location "/self-service/v1/mine" gives tokens that have expired' ],
    [ 'no crm_jwt_key, no tokens', { keys => '',
      location => 'crm_token off;' }, 1 => 'and crm_jwt_key' ],
    [ 'no underscores', { underscores => '' },
      1 => 'write underscores_in_headers on in the server of location' ],
    [ 'underscores in its server', { underscores => '',
      server => 'underscores_in_headers on;' }, 0 => 'successful' ],
    [ 'no underscores in the default server', { underscores => '',
      server => 'underscores_in_headers on; server_name b;',
      http => 'server { listen 127.0.0.1:%%PORT%%; server_name a; }' },
      1 => 'the default server of 127.0.0.1:\d+: write '
        . 'underscores_in_headers on there' ],
    [ 'underscores in the default server alone', { underscores => '',
      http => 'server { listen 127.0.0.1:%%PORT%%; server_name a;
               underscores_in_headers on; }', server => 'server_name b;' },
      1 => 'in the server of location' ],
    [ 'no underscores in another server', { underscores => '',
      server => 'underscores_in_headers on;',
      http => 'server { listen 127.0.0.1:%%OTHER_PORT%%; }' },
      0 => 'successful' ],

    # crm_payload_encryption

    [ 'encryption of an API without it',
      { location => 'crm_payload_encryption on;' },
      1 => 'write crm_payload_encryption off in location' ],
    [ 'encryption without keys', { locations => 'location /d/ { crm_api dmt;
      crm_payload_encryption on; crm_api_key optional; }' },
      1 => 'write crm_api_key on' ],
    [ 'encryption', { locations => 'location /d/ { crm_api dmt;
      crm_payload_encryption on; }' }, 0 => 'successful' ],

    # crm_api, crm_answer

    [ 'an unknown API', { locations => 'location /x/ { crm_api crm; }' },
      1 => 'unknown API "crm": write selfservice, engagement, dmt or '
        . 'actions, or off in \S+:\d+$' ],
    [ 'two APIs', { location => 'crm_api selfservice;' },
      1 => '"crm_api" directive is duplicate' ],
    [ 'an API and off', { location => 'crm_api off;' },
      1 => '"crm_api" directive is duplicate' ],
    [ 'a regex', { locations => 'location ~ /x/ { crm_api selfservice; }' },
      1 => 'needs a location with a prefix, this one has a regex' ],
    [ 'a name', { locations => 'location @x { crm_api selfservice; }' },
      1 => 'needs a location with a prefix, this one is named' ],
    [ 'a regex, off', { locations => 'location ~ /x/ { crm_api off; }' },
      0 => 'successful' ],
    [ 'an API in a server', { server => 'crm_api selfservice;' },
      1 => '"crm_api" directive is not allowed here' ],
    [ 'an unknown flow', { location => 'crm_answer sign-up;' },
      1 => 'has no crm_answer "sign-up", as location "/self-service/v1/" '
        . 'wants it: write authenticate, otp-request, .* or sign-out$' ],
    [ 'a flow without an API',
      { locations => 'location /x { crm_answer authenticate; }' },
      1 => 'crm_answer "authenticate" in location "/x": write crm_api '
        . 'there, or around it$' ],
    [ 'an API around the flow', { location =>
      'location /self-service/v1/x { crm_answer authenticate; }' },
      0 => 'successful' ],

    # what would guard nothing

    (map { my $word = $_->[0]; (
        [ "$word without an API", { locations => "location /x { @$_; }" },
          1 => qr/$word in location "\/x" has no API: write crm_api/ ],
        [ "$word under crm_api off", { location =>
          "location /self-service/v1/x { crm_api off; @$_; }" },
          1 => qr/$word in location "\/self-service\/v1\/x" has no API/ ],
        [ "$word around locations without one", { server => "@$_;",
          locations => 'location /x { } location ~ /y { }', tls => '' },
          0 => 'successful' ]) }
        [ crm_unlisted => 'deny' ], [ crm_api_key => 'on' ],
        [ crm_token => 'off' ], [ crm_mac_login => 'on' ],
        [ crm_forward_credentials => 'off' ], [ crm_require_tls => 'off' ],
        [ crm_access_token_ttl => '5m' ], [ crm_refresh_token_ttl => '1d' ],
        [ crm_opaque_tokens => 'on' ], [ crm_otp_verify => 'on' ],
        [ crm_register_verify => 'on' ]),
    [ 'another upstream in a failure\'s stead', { locations =>
      'location @other { crm_upstream_envelope dmt;
      crm_envelope_buffer_size 2m; proxy_pass http://127.0.0.1; }' },
      0 => 'successful' ],
    [ 'encryption without an API', { locations => 'location ~ /x {
      crm_payload_encryption on; }' }, 1 =>
      'crm_payload_encryption in location "/x" has no API' ],
    [ 'the same under an if', { locations =>
      'location /x { if ($args) { return 204; } crm_token on; }' },
      1 => 'crm_token in location "/x" has no API' ],

    [ 'two flows', { location =>
      'crm_answer authenticate; crm_answer otp-request;' },
      1 => '"crm_answer" directive is duplicate' ],

    # words

    (map { [ "$_->[0] $_->[1]", { location => "$_->[0] $_->[1];" },
        1 => $_->[2] ] }
        [ crm_unlisted => 'allow', 'invalid value "allow" of crm_unlisted: '
          . 'write proxy or deny in \S+:\d+$' ],
        [ crm_api_key => 'yes', '"yes" of crm_api_key: write on, optional' ],
        [ crm_token => 'none', '"none" of crm_token: write on, optional' ],
        [ crm_mac_login => 'yes', 'invalid value "yes"' ],
        [ crm_forward_credentials => '1', 'invalid value "1"' ],
        [ crm_access_token_ttl => 'x', 'invalid value' ],
        [ crm_refresh_token_ttl => '5x', 'invalid value' ],
        [ crm_access_token_ttl => '0', 'expired: write crm_access_token' ],
        [ crm_refresh_token_ttl => '0', 'expired: write crm_access_token' ],
        [ crm_opaque_tokens => 'yes', 'invalid value "yes" in "crm_opaque_' ],
        [ crm_otp_verify => 'yes', 'invalid value "yes" in "crm_otp_verify' ],
        [ crm_register_verify => '0', 'invalid value "0" in "crm_register' ],
        [ crm_upstream_envelope => 'crm', 'invalid value "crm" of crm_upstr'
          . 'eam_envelope: write the name of an API' ],
        [ crm_upstream_envelope => 'off', 'invalid value "off" of crm_upstr'
          . 'eam_envelope: write the name of an API' ],
        [ crm_envelope_buffer_size => 'x', 'invalid value' ],
        [ crm_otp => 'digits=6', '"crm_otp" directive is not allowed here' ],
        [ crm_login => 'global=9', '"crm_login" directive is not allowed' ],
        [ crm_jwt_key => "HS256 hex:$hex",
          '"crm_jwt_key" directive is not allowed here' ],
        [ crm_error_envelope => 'dmt',
          '"crm_error_envelope" directive is not allowed here' ]),
    (map { [ "$_->[0] in a server", { server => "@$_;" },
        1 => qr/"$_->[0]" directive is not allowed here/ ] }
        [ crm_redis => 'redis://127.0.0.1' ], [ crm_secret => "hex:$hex" ],
        [ crm_zone => '1m' ], [ crm_revocation => 'strict' ],
        [ crm_api_key_cache => 'off' ], [ crm_outbox => 'max=9' ],
        [ crm_password_threads => 'default' ], [ crm_answer => 'login' ],
        [ crm_status => 'json' ]),
    [ 'crm_require_tls no', { tls => 'crm_require_tls no;' },
      1 => 'invalid value "no" of crm_require_tls: write on, off or a '
        . 'variable in \S+:\d+$' ],
    [ 'crm_require_tls inherited', { tls => '',
      http => 'crm_require_tls ON;' }, 1 => 'invalid value "ON"' ],
    [ 'crm_require_tls, a variable', { tls => 'crm_require_tls $https;' },
      0 => 'successful' ],
    [ 'crm_require_tls, an unknown variable',
      { tls => 'crm_require_tls $tls;' }, 1 => 'unknown "tls" variable' ],
    [ 'a leeway of ten minutes', { server => 'crm_jwt_leeway 10m;' },
      0 => 'successful' ],
    [ 'a leeway of more', { server => 'crm_jwt_leeway 601;' },
      1 => '"crm_jwt_leeway" directive is too long, write 10m or less' ],
    (map { [ "$_->[0] twice", { location => "@$_; @$_;" },
        1 => qr/"$_->[0]" directive is duplicate/ ] }
        [ crm_unlisted => 'deny' ], [ crm_api_key => 'on' ],
        [ crm_token => 'on' ], [ crm_mac_login => 'on' ],
        [ crm_forward_credentials => 'on' ],
        [ crm_access_token_ttl => '5m' ], [ crm_refresh_token_ttl => '1d' ],
        [ crm_opaque_tokens => 'on' ], [ crm_otp_verify => 'on' ],
        [ crm_register_verify => 'on' ], [ crm_upstream_envelope => 'dmt' ],
        [ crm_envelope_buffer_size => '2m' ]),
    [ 'crm_require_tls twice', { location => 'crm_require_tls off;' },
      1 => '"crm_require_tls" directive is duplicate' ],
    [ 'crm_status', { locations => 'location = /s { crm_status text; }' },
      1 => '"crm_status" directive takes json, prometheus or health' ],
    [ 'crm_status twice', { locations =>
      'location = /s { crm_status json; crm_status health; }' },
      1 => '"crm_status" directive is duplicate' ],
    [ 'crm_status behind another handler', { locations =>
      'location = /s { empty_gif; crm_status json; }' },
      1 => '"crm_status" directive is duplicate, or beside another' ],
    [ 'crm_status before another handler', { locations =>
      'location = /s { crm_status json; empty_gif; }' },
      1 => 'crm_status in location "/s" is beside another handler, that' ],

    (map { [ "$_->[0] twice", { http => "@$_; @$_;" },
        1 => qr/"$_->[0]" directive is duplicate/ ] }
        [ crm_zone => '1m' ], [ crm_otp => 'tries=3' ],
        [ crm_login => 'global=9' ], [ crm_jwt_leeway => '1s' ],
        [ crm_jwt_issuer => 'a' ], [ crm_jwt_audience => 'a' ],
        [ crm_api_key_cache => 'off' ], [ crm_token_cache => '9' ],
        [ crm_outbox => 'max=9' ],
        [ crm_password_threads => 'default' ], [ crm_password => 'min=9' ],
        [ crm_error_envelope => 'dmt' ], [ crm_revocation => 'strict' ]),
    [ 'crm_redis twice', { http => 'crm_redis redis://127.0.0.1;' },
      1 => '"crm_redis" directive is duplicate' ],
    (map { [ $_->[0], { http => "$_->[0];" }, 1 => $_->[1] ] }
        [ 'crm_otp ttl=1m ttl=2m', 'duplicate parameter "ttl=2m" of crm_otp' ],
        [ 'crm_otp digits=4', '"digits=4", it must be from 6 to 10' ],
        [ 'crm_otp tries=99', '"tries=99", it must be from' ],
        [ 'crm_otp ttl=x', 'invalid value "ttl=x"' ],
        [ 'crm_otp length=6', 'invalid parameter "length=6" of crm_otp: it '
          . 'takes digits=, ttl=, tries=, cooldown=, per_hour=, per_app= or '
          . 'prefixes= in \S+:\d+$' ],
        [ 'crm_otp prefixes=357', 'write it as "\+357"' ],
        [ 'crm_otp prefixes=+357,,+1', 'invalid prefix ""' ],
        [ 'crm_login failures=0', '"failures=0", it must be from' ],
        [ 'crm_login x', 'invalid parameter "x"' ],
        [ 'crm_api_key_cache on', 'invalid parameter "on"' ],
        [ 'crm_api_key_cache ttl=0', '"ttl=0", it must be from' ],
        (map { [ "crm_token_cache $_", 'takes off, or a number of tokens' ] }
            qw(0 on 1000001 -1 2k)),
        [ 'crm_outbox max=0', '"max=0", it must be from' ],
        [ 'crm_outbox keep=1s', '"keep=1s", it must be from' ],
        [ 'crm_otp digits=11', '"digits=11", it must be from 6 to 10' ],
        [ 'crm_otp ttl=11m', '"ttl=11m", it must be from 30s to 600s' ],
        [ 'crm_otp cooldown=2h', '"cooldown=2h", it must be from' ],
        [ 'crm_otp per_hour=0', '"per_hour=0", it must be from 1 to 1000' ],
        [ 'crm_otp per_app=0', '"per_app=0", it must be from 1 to' ],
        [ 'crm_login window=1s', '"window=1s", it must be from 60s to' ],
        [ 'crm_login lockout=0', '"lockout=0", it must be from 1s to' ],
        [ 'crm_login global=0', '"global=0", it must be from 1 to' ],
        [ 'crm_password min=3', '"min=3", it must be from 4 to 64' ],
        [ 'crm_password max=129', '"max=129", it must be from 64 to 128' ],
        [ 'crm_password reset_ttl=2d', '"reset_ttl=2d", it must be from' ],
        [ 'crm_password verify_ttl=0', '"verify_ttl=0", it must be from' ],
        [ 'crm_password length=8', 'invalid parameter "length=8"' ],
        [ 'crm_api_key_cache negative_ttl=0', '"negative_ttl=0", it must' ],
        [ 'crm_api_key_cache stale=2d', '"stale=2d", it must be from' ],
        [ 'crm_revocation lazy', '"lazy" of crm_revocation: write '
          . 'eventual or strict in' ],
        [ 'crm_jwt_leeway x', 'invalid value' ],
        [ 'crm_error_envelope crm', 'invalid value "crm" of crm_error_envelo'
          . 'pe: write the name of an API' ],
        [ 'crm_zone x', 'invalid value' ],
        [ 'crm_zone 1', '"crm_zone" is too small, write \d+k or more in '
          . '\S+:\d+$' ],
        [ 'crm_zone 262144m', '"crm_zone" directive is too large, write less '
          . 'than 262144m in \S+:\d+$' ],
        [ 'crm_jwt_issuer https://$host', '"crm_jwt_issuer" directive takes '
          . 'no variables in' ],
        [ 'crm_jwt_audience $host', 'directive takes no variables' ],
        [ 'crm_password_threads none', 'unknown thread pool "none"' ],
        [ 'crm_password_threads queue=9', 'takes the name of a thread_pool' ],
        [ 'crm_password_threads default queue=0', '"queue=0", it must' ],
        [ 'crm_password_threads default nice=20', '"nice=20", it must' ]),

    # keys and secrets

    (map { [ "crm_jwt_key $_->[0]", { keys => "crm_jwt_key $_->[0];" },
        1 => $_->[1] ] }
        [ "none hex:$hex", 'the algorithm must be one of HS256' ],
        [ "hs256 hex:$hex", 'the algorithm must be one of HS256' ],
        [ "PS256 file:$rsa", 'the algorithm must be one of HS256' ],
        [ "HS512 hex:$hex", 'at least as long as its hash' ],
        [ "HS384 hex:$hex", 'at least as long as its hash' ],
        [ 'HS256 file:%%DIR%%/short', 'at least as long as its hash' ],
        [ "HS256 file:$rsa_pub", 'an HS key must be random bytes, not a PEM' ],
        [ "HS256 file:$rsa", 'an HS key must be random bytes, not a PEM' ],
        [ 'RS256 file:%%DIR%%/jwt.key', 'must be a PEM' ],
        [ "RS256 file:$ec", 'the PEM holds no RSA key' ],
        [ "ES256 file:$ec", 'the PEM holds no key on the algorithm' ],
        [ "RS256 file:$rsa_pub", 'comes first and must sign' ],
        [ 'HS256 secret', 'write the secret of "crm_jwt_key" as file:path' ],
        [ 'HS256 hex:xy', 'invalid hex digits in "crm_jwt_key"' ],
        [ 'HS256 hex:000', 'invalid hex digits in "crm_jwt_key"' ],
        [ 'HS256 file:%%DIR%%/none', 'none" failed' ],
        [ 'HS256 file:%%DIR%%/empty', 'is not a file of 1 to \d+ bytes' ],
        [ 'HS256 file:%%DIR%%/newline', 'newline" holds an empty line and' ],
        [ "HS256 hex:$hex kid=", 'invalid parameter "kid="' ],
        [ "HS256 hex:$hex kid=a kid=b", 'invalid parameter "kid=b"' ],
        [ "HS256 hex:$hex mode=prod", '"mode=prod" of crm_jwt_key: it takes '
          . 'kid=id and mode=live or mode=test, each once' ],
        [ "HS256 hex:$hex mode=test mode=live",
          'invalid parameter "mode=live"' ],
        [ "HS256 hex:$hex mode=live mode=live",
          'invalid parameter "mode=live"' ],
        [ 'HS256', 'invalid number of arguments' ]),
    [ 'a public key second, that others may read', { keys => "$jwt; "
      . "crm_jwt_key ES384 file:$ec_pub;" },
      0 => '(?s)\A(?!.*\[warn\]).*successful' ],
    [ 'one that others may write', { keys => "$jwt; crm_jwt_key ES384 "
      . 'file:%%DIR%%/written;' }, 0 => '\[warn\].*/written" holds a key, '
      . 'and others may write it' ],
    [ 'a private key behind it', { keys => 'crm_jwt_key ES384 '
      . 'file:%%DIR%%/both;' }, 0 => '\[warn\].*/both" holds a secret' ],
    [ 'a key that others may read', { keys => 'crm_jwt_key HS512 '
      . 'file:%%DIR%%/open;' }, 0 => '\[warn\].*/open" holds a secret' ],
    [ 'a secret that others may read', { secret => 'crm_secret '
      . 'file:%%DIR%%/open;' }, 0 => '\[warn\].*/open" holds a secret' ],
    (map { [ "crm_secret $_->[0]", { secret => "crm_secret $_->[0];" },
        1 => $_->[1] ] }
        [ 'file:%%DIR%%/short', 'is shorter than 32 bytes' ],
        [ 'file:%%DIR%%/newline', 'newline" holds an empty line and no' ],
        [ 'file:%%DIR%%/line', 'is shorter than 32 bytes' ],
        [ 'hex:00', 'is shorter than 32 bytes' ],
        [ 'password', 'write the secret of "crm_secret" as file:path' ]),
    [ 'two keys of one kid', { keys => "$jwt kid=a; "
      . "crm_jwt_key HS256 hex:$hex kid=a;" },
      1 => 'duplicate "kid=a": give each crm_jwt_key one of its own' ],
    [ 'two keys of one kid, in two places', { http => '', server =>
      "crm_jwt_key HS256 hex:$hex kid=test;" }, 0 => 'successful' ],
    [ 'two keys without one', { http => "crm_jwt_key HS256 hex:$hex;"
      . "crm_jwt_key HS256 hex:${hex}01;" }, 0 => 'successful' ],
    [ 'one secret twice', { secret => "crm_secret hex:$hex; "
      . "crm_secret hex:$hex;" }, 1 => '"crm_secret" directive is duplicate' ],
    [ 'two secrets', { http => "crm_secret hex:$hex;" }, 0 => 'successful' ],

    # Redis

    (map { [ "crm_redis $_->[0]", { redis => "crm_redis $_->[0];" },
        $_->[2] // 1, $_->[1] ] }
        [ 'rediss://127.0.0.1', 'rediss://\S* is not served yet' ],
        [ 'redis+sentinel://127.0.0.1/x', 'sentinel://\S* is not served' ],
        [ 'redis+cluster://127.0.0.1', 'cluster://\S* is not served yet' ],
        [ '127.0.0.1:6379', 'wants "redis://host" or "unix:/path"' ],
        [ 'http://127.0.0.1', 'wants "redis://host" or "unix:/path"' ],
        [ 'unix:redis.sock', 'wants an absolute path' ],
        [ 'redis://127.0.0.1/x', 'wants a number as its database' ],
        [ 'redis://127.0.0.1:99999', 'invalid port' ],
        [ 'redis://nobody.invalid', 'host not found' ],
        [ 'redis://127.0.0.1 timeout=0', 'wants timeouts of 1ms to 60s' ],
        [ 'redis://127.0.0.1 timeout=500', 'a number alone is of seconds' ],
        [ 'redis://127.0.0.1 timeout=1s timeout=2s', 'has a timeout twice' ],
        [ 'redis://127.0.0.1 db=1', 'has a parameter that is not' ],
        [ 'redis://127.0.0.1 password=x', 'has a password that is not "file' ],
        [ 'redis://127.0.0.1 password=file:%%DIR%%/empty',
          'is not a file of 1 to \d+ bytes' ],
        [ 'redis://127.0.0.1 password=file:%%DIR%%/newline',
          'newline" holds an empty line and no secret' ],
        [ 'redis://u@127.0.0.1', 'has a user and no password' ],
        [ 'redis://u:p@127.0.0.1 password=file:%%DIR%%/short',
          'has two passwords' ],
        [ 'redis://u:p@127.0.0.1',
          '\[warn\].*"password=file:path" keeps it out', 0 ],
        [ 'redis://127.0.0.1 password=file:%%DIR%%/open',
          '\[warn\].*/open" holds a secret', 0 ],
        [ 'redis://127.0.0.1 password=file:%%DIR%%/none', 'none" failed' ],
        [ 'redis://127.0.0.1 connect_timeout=61s',
          'wants timeouts of 1ms to 60s' ],
        [ 'redis://127.0.0.1:6379/3 timeout=1s connect_timeout=50ms '
          . 'password=file:%%DIR%%/short', 'successful', 0 ]),
);

for my $row (@rows) {
    my ($name, $conf, $status, $says) = @$row;
    my ($got, $said) = $t->nginx_t(Test::CRM::conf_selfservice(%$conf));

    is($got, $status, $name);
    like($said, qr/$says/m, "$name, what it says");
    is(() = $said =~ /\[emerg\]/g, $status, "$name, in one sentence");
}

$t->done;
