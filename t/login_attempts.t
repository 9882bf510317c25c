#!/usr/bin/perl

# Attempts to log in: counted before they are judged, whoever is meant.

use warnings;
use strict;

use IO::Select;
use IO::Socket::INET;
use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for patience);

use constant SPENT => 10 * patience();     # seconds of a lock, since it began

my $conf = Test::CRM::conf_selfservice(
    main => 'thread_pool one threads=1;',
    http => 'set_real_ip_from 127.0.0.1; real_ip_header X-Client;
        crm_redis unix:%%REDIS%% timeout=5s;
        crm_password_threads one queue=12;',
    redis => '',
    location => 'crm_mac_login on;',
    locations => '}
        server {
            listen 127.0.0.1:%%PORT2%%;
            crm_login failures=2 window=1h lockout=1s global=5;
            location /short/ {
                crm_api selfservice;
                crm_require_tls off;
                proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;
            }');

my $t = Test::CRM->new(conf => $conf)->start;

$t->api_key('a key of the shop');

sub login {
    my ($username, $password, $client, %opt) = @_;

    return $t->http(POST => $opt{target} // '/self-service/v1/contacts/'
        . 'authenticate', port => $opt{port}, headers => [
            api_key => 'a key of the shop', 'X-Client' => $client ],
        json => $opt{json} // { provider => 'EMAIL', username => $username,
            password => $password });
}

# what a client writes, that has not heard of it yet

sub begin {
    my ($username) = @_;

    my $client = $t->connect;

    $client->write(Test::CRM::HTTP->text(POST =>
        '/self-service/v1/contacts/authenticate', headers => [
            api_key => 'a key of the shop', 'X-Client' => '192.0.2.1' ],
        json => { provider => 'EMAIL', username => $username,
            password => 'a wrong one' }));

    return $client;
}

sub short {
    return login(@_, port => $t->port('PORT2'),
        target => '/short/contacts/authenticate');
}

sub statuses {
    my ($n, $what) = @_;

    return join ' ', map { $what->()->status } 1 .. $n;
}

sub locked {
    my ($seconds) = @_;

    return '{"status":429,"message":"Too many requests.",'
        . '"error":"CRM.EXCEPTIONS.TOOMANYREQUESTSEXCEPTION",'
        . "\"parameters\":[\"$seconds\"]}";
}

sub contact {
    my ($cid, $email) = @_;

    $t->contact($cid, password => 'the right one',
        identities => [ [ EMAIL => $email ] ]);
}

contact('CAD1', 'known@crm.com');
contact('CAD2', 'good@crm.com');
contact('CAD3', 'everywhere@crm.com');
contact('CAD4', 'crowd@crm.com');


# ten failures lock the pair of identity and network

for my $who ('known@crm.com', 'unknown@crm.com') {
    is(statuses(10, sub { login($who, 'a wrong one', '192.0.2.1') }),
        join(' ', (400) x 10), "$who: ten failures");

    my $r = login($who, 'the right one', '192.0.2.1');
    my $left = $r->header('Retry-After');

    is($r->status, 429, "$who: locked");
    cmp_ok($left, '<=', 900, "$who: for 15 minutes");
    cmp_ok($left, '>=', 900 - SPENT, "$who: for no less");
    is($r->body, locked($left), "$who: the body");

    is(login(uc $who, 'a wrong one', '192.0.2.254')->status, 429,
        "$who: its /24, however the name is spelled");
    is(login($who, 'a wrong one', '::ffff:192.0.2.7')->status, 429,
        "$who: the same as IPv6 maps it");
    is(login($who, 'a wrong one', '192.0.3.1')->status, 400,
        "$who: another network");
    is($t->redis('GET', "crm:live:login:{EMAIL:$who}:failures"), 11,
        "$who: what a lock refuses is not counted");
}

is(login('known@crm.com', 'the right one', '198.51.100.1')->status, 200,
    'who is elsewhere logs in');
is(statuses(10, sub {
    login('six@crm.com', 'a wrong one', '2001:db8:1:2::1') }),
    join(' ', (400) x 10), 'ten failures over IPv6');
is(login('six@crm.com', 'a wrong one', '2001:db8:1:2:ffff::1')->status, 429,
    'its /64');
is(login('six@crm.com', 'a wrong one', '2001:db8:1:3::1')->status, 400,
    'another /64');


# a success is given back, and takes nothing else away

is(statuses(9, sub { login('good@crm.com', 'a wrong one', '192.0.2.1') }),
    join(' ', (400) x 9), 'nine failures');
is(statuses(12, sub { login('good@crm.com', 'the right one', '192.0.2.1') }),
    join(' ', (200) x 12), 'and successes');
is($t->redis('GET', 'crm:live:login:{EMAIL:good@crm.com}:failures'), 9,
    'are nine failures');
is(statuses(2, sub { login('good@crm.com', 'a wrong one', '192.0.2.1') }),
    '400 429', 'the tenth locks');


# a hundred an hour from everywhere lock the identity

my $everywhere = sub {
    my ($i) = @_;

    return login('everywhere@crm.com', 'a wrong one', "10.0.$i.1")->status;
};

is(join(' ', map { $everywhere->($_ % 11) } 1 .. 100),
    join(' ', (400) x 100), 'a hundred failures');

my $r = login('everywhere@crm.com', 'the right one', '10.1.1.1');
my $left = $r->header('Retry-After');

is($r->status, 429, 'locked everywhere');
cmp_ok($left, '>', 3600 - SPENT, 'for the rest of the hour');
cmp_ok($left, '<=', 3600, 'and no longer');


# failures of a registered address are counted alike, and successes are not

is(statuses(11, sub { login(undef, undef, '192.0.2.1', json => {
    provider => 'MAC_ADDRESS', mac_address => '01-23-45-67-89-AB' }) }),
    join(' ', (400) x 10, 429), 'addresses');

$t->contact('CAD7', identities => [ [ MAC_ADDRESS => '01-23-45-67-89-AC' ] ]);
is(statuses(12, sub { login(undef, undef, '192.0.2.1', json => {
    provider => 'MAC_ADDRESS', mac_address => '01-23-45-67-89-AC' }) }),
    join(' ', (200) x 12), 'an address that is known');


# a lock that has run out leaves nothing behind; a limit is the server's

my $key = 'crm:live:login:{EMAIL:short@crm.com}';

is(statuses(3, sub { short('short@crm.com', 'a wrong one', '192.0.2.1') }),
    '400 400 429', 'two failures');
ok(wait_for(sub { !$t->redis('EXISTS', "$key:locked:c00002") }, 5),
    'for a second');
is(statuses(3, sub { short('short@crm.com', 'a wrong one', '192.0.2.1') }),
    '400 400 429', 'two failures more');
is(statuses(2, sub { short('short@crm.com', 'a wrong one', '192.0.3.1') }),
    '400 429', 'five in all');
is(short('short@crm.com', 'a wrong one', '192.0.3.1')
    ->header('Retry-After') > 3600 - SPENT, 1, 'the longer lock is told');
is($t->redis('TTL', "$key:failures:c00002"), 3600, 'nothing stays for ever');


# a thousand guesses at once are a thousand guesses

my $request = Test::CRM::HTTP->text(POST =>
    '/self-service/v1/contacts/authenticate', close => 1, headers => [
        api_key => 'a key of the shop', 'X-Client' => '192.0.2.1' ],
    json => { provider => 'EMAIL', username => 'crowd@crm.com',
        password => 'a wrong one' });

my $select = IO::Select->new;

for (1 .. 1000) {
    my $socket = IO::Socket::INET->new(
        PeerAddr => '127.0.0.1:' . $t->port('PORT')) or last;

    syswrite $socket, $request;
    $select->add($socket);
}

is($select->count, 1000, 'a thousand connections');

my %got;

while ($select->count) {
    my @ready = $select->can_read(15) or last;

    for my $socket (@ready) {
        sysread $socket, my $answer, 4096;
        $got{$1}++ if $answer =~ m{\AHTTP/1\.1 (\d+)};
        $select->remove($socket);
    }
}

is_deeply(\%got, { 400 => 10, 429 => 990 }, 'ten were judged');
is($t->redis('ZCARD', 'crm:live:login:{EMAIL:crowd@crm.com}:failures:c00002'),
    10, 'ten were counted');


# all found room in the queue, and some of them lost it: these do not count

$t->contact('CAD6', password_hash => crypt('the right one',
    '$6$rounds=100000$abcdefgh'), identities => [
    map { [ EMAIL => "burst$_\@crm.com" ] } 1 .. 20 ]);

$t->redis('CLIENT', 'PAUSE', 10_000, 'WRITE');

my @burst = map { begin("burst$_\@crm.com") } 1 .. 20;

# the worker has read those before it

is($t->get('/self-service/v1/orders')->status, 401, 'twenty have come');

$t->redis('CLIENT', 'UNPAUSE');

my @answers = map { $_->response } @burst;
my @said = map { $_->status } @answers;

is_deeply({ map { $_->status . ' ' . $_->header('Retry-After') => 1 }
    @answers }, { '400 ' => 1, '503 1' => 1 }, 'for a second');
ok((grep { $_ == 503 } @said), 'more than the queue holds')
    or diag "@said";
is(join(' ', map { $t->redis('ZCARD',
    "crm:live:login:{EMAIL:burst$_\@crm.com}:failures:c00002") } 1 .. 20),
    join(' ', map { $_ == 400 ? 1 : 0 } @said), 'what was judged is counted');


# more passwords than the queue holds are refused at once, and not counted

my $slow = crypt 'the right one',
    '$6$rounds=' . 400_000 / patience() . '$abcdefgh';

$t->contact('CAD5', password_hash => $slow, identities => [
    map { [ EMAIL => "slow$_\@crm.com" ] } 0 .. 12 ]);

my @waiting = map { begin("slow$_\@crm.com") } 0 .. 11;

ok(wait_for(sub {
    12 == grep { $t->redis('EXISTS',
        "crm:live:login:{EMAIL:slow$_\@crm.com}:failures") } 0 .. 11;
}, 5), 'twelve are counted');

# then each asks for an identity and a contact, and waits for the thread; who
# asks Redis after them is answered after them

is(join(' ', map { $t->get('/self-service/v1/stores',
    api_key => "the key $_ of nobody")->status } 1 .. 3), '401 401 401',
    'twelve wait');

$r = login('slow12@crm.com', 'a wrong one', '192.0.2.1');

is($r->status, 503, 'the thirteenth does not');
is($r->header('Retry-After'), 1, 'for a second');
is($r->body, '{"status":503,"message":"Service unavailable.",'
    . '"error":"CRM.EXCEPTIONS.UNAVAILABLEEXCEPTION","parameters":[]}',
    'the body');
is($t->redis('EXISTS', 'crm:live:login:{EMAIL:slow12@crm.com}:failures'), 0,
    'nothing was begun');

is(join(' ', map { login('slow12@crm.com', 'x', '192.0.2.1')->status } 1 .. 9),
    join(' ', (503) x 9), 'nor do others');

my %times = map { $_ => 1 } my @lines =
    $t->error_log =~ /^(\S+ \S+) \[warn\].*password jobs are waiting/mg;

cmp_ok(scalar @lines, '>', 0, 'the log says so');
is(scalar @lines, keys %times, 'once a second');

is(join(' ', map { $_->response->status } @waiting[0, 1]), '400 400',
    'those before it end');

# the others' clients leave; a worker that stops waits for their jobs

$_->close for @waiting;

$t->done;
