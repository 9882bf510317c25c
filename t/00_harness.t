#!/usr/bin/perl

# The test library itself, on a plain NGINX: what the other tests lean on.

use warnings;
use strict;

use File::Basename qw(dirname);
use MIME::Base64 qw(decode_base64url);
use Test::More;

use Test::CRM;
use Test::CRM::Process qw(slurp spew);

my $t = Test::CRM->new(module => 0, conf => <<'EOF')->start;
%%GLOBALS%%

events {
}

http {
    %%HTTP%%

    server {
        listen 127.0.0.1:%%PORT%%;
        listen 127.0.0.1:%%TLS_PORT%% ssl http2;
        ssl_certificate %%DIR%%/tls.crt;
        ssl_certificate_key %%DIR%%/tls.key;

        location / {
            proxy_pass http://127.0.0.1:%%CRM_PORT%%;
            proxy_http_version 1.1;
            proxy_read_timeout 10s;
        }

        location = /two { add_header X-A 1; add_header x-a 2; return 200 two; }
    }
}
EOF

my $r;

# HTTP

$r = $t->get('/two');
is($r->status, 200, 'status');
is($r->body, 'two', 'body');
is($r->header('x-A'), '1, 2', 'headers joined');
is_deeply([ grep { lc $_->[0] eq 'x-a' } @{$r->{headers}} ],
    [ [ 'X-A', 1 ], [ 'x-a', 2 ] ], 'headers as they came');

my $client = $t->connect;
is($client->request(GET => '/two')->body, 'two', 'keep-alive, first');
is($client->request(HEAD => '/two')->body, '', 'keep-alive, HEAD');
is($client->request(GET => '/two')->body, 'two', 'keep-alive, third');

is($t->http("GET /two HTTP/1.0\r\n\r\n")->body, 'two', 'raw');
is($t->https(GET => '/two')->body, 'two', 'TLS');
is($t->h2(GET => '/two')->{protocol}, 'HTTP/2', 'HTTP/2');

# the stand-in CRM

$t->crm(
    'GET /plain' => '{"a":1.10}',
    'POST /post' => { status => 201, json => { 'ü' => 1 } },
    'GET /chunks' => { chunks => [ '{"a":', '1}' ] },
    'GET /cut' => { body => '{"a":1', length => 100, close => 1 },
    'GET /reset' => { reset => 1 },
    'GET /once' => [ '"1"', '"2"' ],
    'GET ~^/any/' => '"any"',
    'GET /gate' => { gate => $t->dir . '/gate', body => 'open' },
);

is($t->get('/plain')->body, '{"a":1.10}', 'CRM, plain');
is($t->post('/post', { a => "\x{20ac}" }, 'X-Under_score' => 'kept')->status,
    201, 'CRM, posted');
is_deeply([ @{($t->crm_log)[-1]}{qw(method path body)} ],
    [ 'POST', '/post', "{\"a\":\"\xe2\x82\xac\"}" ], 'CRM, written down');
is($t->get('/chunks')->body, '{"a":1}', 'CRM, chunked');
is($t->get('/cut')->truncated, 1, 'CRM, truncated');
is($t->get('/reset')->status, 502, 'CRM, reset');
is($t->get('/once')->body . $t->get('/once')->body, '"1""2"', 'CRM, in turn');
is($t->get('/any/thing?x=1')->body, '"any"', 'CRM, by regexp');

$client->write("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
is($t->get('/plain')->status, 200, 'CRM answers others at the gate');
spew($t->dir . '/gate', '');
is($client->response('GET')->body, 'open', 'CRM, gate');

# Redis and the store

is($t->redis('SET', 'k', "a\r\nb"), 'OK', 'Redis, SET');
is($t->redis('GET', 'k'), "a\r\nb", 'Redis, GET');
is($t->redis('GET', 'none'), undef, 'Redis, nil');
is_deeply($t->redis('EVAL', 'return {1,{"a"},false}', 0),
    [ 1, [ 'a' ], undef ], 'Redis, nested');
ok(!eval { $t->redis('HGET', 'k', 'x') }, 'Redis, error dies');

$t->contact('C1', password => 'correct horse', identities => [
    [ EMAIL => 'a@b.com' ] ]);
is($t->redis('GET', 'crm:live:identity:{EMAIL:a@b.com}'), 'C1', 'identity');
like($t->redis('HGET', 'crm:live:contact:{C1}', 'password'), qr/^\$6\$.{86,}/,
    'password hashed');
$t->redis('XADD', 'crm:outbox', '*', code => '123456', to => 'a@b.com');
is_deeply([ $t->outbox ], [ { code => '123456', to => 'a@b.com' } ], 'outbox');

# tokens

my %length = (RS256 => 256, ES256 => 64, ES512 => 132);

for my $alg (sort keys %length) {
    my ($key, $public) = Test::CRM::JWT::pair($alg, $t->dir);
    my ($signed, $signature) =
        $t->jwt($alg, $key, { sub => 'a' }) =~ /(.*)\.(.*)/;

    is(length decode_base64url($signature), $length{$alg}, "$alg signature");
    like(slurp($public), qr/BEGIN PUBLIC KEY/, "$alg public key");
}

is($t->jwt('HS256', 'secret', '{"sub":"a"}', '{"alg":"HS256"}'),
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.'
    . 'UUtsUaeO3koQylSZ3wxP4lqVvgFw6mGsVzGNBNF_1sQ', 'HS256');

# reload

my @before = $t->worker_pids;
ok($t->reload, 'reload');
isnt("@{[ $t->worker_pids ]}", "@before", 'new workers');
ok(!$t->reload('nonsense;'), 'reload refused');
is($t->get('/two')->body, 'two', 'and goes on');
$t->allow(qr/unknown directive "nonsense"/);

like(($t->nginx_t('nonsense'))[1], qr/unexpected end of file/, 'nginx -t');

# what must be noticed

is_deeply([ $t->wrong_log, $t->wrong_secrets, $t->wrong_requests ], [],
    'nothing wrong');

is($t->get('/unknown?correct%20horse')->status, 599, 'CRM, unexpected');
$t->get('/two' . '/' x 3, 'User-Agent' => 'x');
spew($t->dir . '/asan.1', "=\n==1==ERROR: a report\n#0\n");
$t->file('access.log', "login with \"correct horse\"\n[alert] a\n");

is_deeply([ $t->finish ],
    [ "==1==ERROR: a report\n#0\n", 'a secret in a log: corr…',
    'the CRM did not expect GET /unknown?correct%20horse',
    'the CRM did not expect GET /two///' ], 'all is noticed');

# a test that nobody listens to any more leaves nothing behind

open my $out, '-|', 'sh', '-c', 'exec "$@" 2>/dev/null', '', $^X,
    '-I' . dirname($INC{'Test/CRM.pm'}) . '/..', '-e', <<'EOF' or die $!;
use Test::CRM;
my $t = Test::CRM->new(module => 0, redis => 0,
    conf => "%%GLOBALS%%\nevents { }")->start;
$| = 1;
print "$t->{dir} $t->{pid}{nginx}\n";
print "ok\n" while 1;
EOF

my ($dir, $pid) = split ' ', <$out>;

close $out;
ok(!-e $dir, 'its directory is gone');
ok(!kill(0, $pid), 'its NGINX, too');

done_testing();
