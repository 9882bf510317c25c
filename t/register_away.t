#!/usr/bin/perl

# Registering while Redis goes away before, between and after the steps, or
# the client does, or the worker dies: it may be asked for again, the CRM
# makes one contact, and in the end all of it is stored.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw(time);

use Test::CRM;
use Test::CRM::OTP qw(validate newest handle);
use Test::CRM::Process qw(wait_for patience spew);
use Test::CRM::Register qw(conf register by_mail by_phone asked);
use Test::CRM::Wire;
use Test::CRM::Words qw(said refused);

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(conf(
    redis => 'crm_redis unix:%%DIR%%/wire.sock timeout=500ms;',
    http => 'crm_api_key_cache ttl=1h;')));

my $wire = Test::CRM::Wire->new($t, asked =>
    qr/\A(?:GET|SET|HSET|DEL|HMGET|ZRANGE|EVALSHA|EVAL)\z/);

$t->start;
$t->api_key('key', app => 'shop');
$t->secret('a good password', 'of somebody else');
$t->allow(qr/\[error\].*no whole answer/, qr/\[error\].*upstream/);

my $n = 0;
my ($name, $text);

ok(wait_for(sub { refused_at_all()->status == 400 }), 'Redis is up');


# the path, how many commands it asks, what it says when all is well, when the
# last command was done and nobody heard of it, and what must be so in the end

my %flows = (
    on => [ '/self-service/v1', 10, 200, 200, sub {
        my $reply = validate($t, [ EMAIL => $name ], newest($t)->{code});

        is($reply->json->{contact}{id}, "CAD$n", "$_[0], signs in")
    } ],
    off => [ '/off', 11, 200, 409, sub {
        is(login($name, 'a good password')->status, 200,
            "$_[0], the password is good");
    } ],
);

for my $flow (sort keys %flows) {
    my ($path, $commands, $well, $unheard, $after) = @{$flows{$flow}};

    for my $i (1 .. $commands) {
        for my $what (qw(drop lose hold leave)) {
            my $case = "$flow, $what $i";

            before($path);

            if ($what eq 'leave') {
                ok($wire->leave($t, $i, $text), "$case, waits");
                settle();

            } else {
                $wire->plan($what, $i);

                my $start = time;

                is(said($t->http($text)), refused('unavailable'), $case);
                cmp_ok(time - $start, '<', 2 * patience(), "$case, in time");
                $wire->plan('pass');
                settle();
            }

            my $r = $t->http($text);
            my $done = $t->redis('GET', "crm:live:identity:{EMAIL:$name}");

            ok($r->status == $well || $r->status == $unheard,
                "$case, again: " . $r->status);
            is($done, "CAD$n", "$case, the address is known");
            is(keys_of_crm(), 1, "$case, the CRM made one contact");
            is($t->redis('EXISTS', "crm:live:register:{EMAIL:$name}"), 0,
                "$case, no reservation is left");
            $after->($case);
        }
    }

    before($path);
    $wire->plan('drop', $commands + 1);
    is($t->http($text)->status, $well, "$flow asks no more than that");
    $wire->plan('pass');
    settle();
}


# what was cut off behind its contact is its own when it comes again: the
# password waits for its code

before('/self-service/v1');
$wire->plan('drop', 6);
is(said($t->http($text)), refused('unavailable'), 'a contact, and no more');
$wire->plan('pass');
settle();

my $r = $t->http($text);

is(validate($t, [ AUTH_OTP => handle($r) ], newest($t)->{code})->status, 200,
    'proven');
is(login($name, 'a good password')->status, 200, 'its password');


# the CRM refuses, and the reservation cannot be given back: it does no harm

before('/self-service/v1');
$t->crm('POST /contacts/register' => { status => 400,
    body => '{"error":"X"}' });
$wire->plan('drop', 5);
is(said($t->http($text)), refused('unavailable'), 'not given back');
$wire->plan('pass');
settle();
is(said($t->http($text)), '400 {"error":"X"}', 'refused again');
is($t->redis('EXISTS', "crm:live:register:{EMAIL:$name}"), 0, 'given back');


# the client leaves, or the worker dies, while the CRM is at work

for my $how (qw(leaves dies)) {
    my $gate = $t->dir . "/gate-$how";

    before('/self-service/v1', gate => $gate);

    my $before = asked($t);
    my $client = $t->connect;

    $client->write($text);
    ok(wait_for(sub { asked($t) > $before }), "$how: the CRM is asked");

    if ($how eq 'leaves') {
        $client->close;

    } else {
        kill 'KILL', $t->worker_pids;
        $t->allow(qr/\[(?:alert|notice)\].*exited on signal 9/);
    }

    spew($gate, '');
    settle();
    is($t->http($text)->status, 200, "$how: again");
    is(keys_of_crm(), 1, "$how: the CRM made one contact");
}


# who is slow changes nothing of what has been registered meanwhile

my $gate = $t->dir . '/gate-slow';

before('/off', gate => $gate);

my $slow = $t->connect;
my $asked = asked($t);

$slow->write(Test::CRM::HTTP->text(POST => '/off/contacts/register',
    headers => [ api_key => 'key' ], json => by_mail($name,
    'of somebody else', first_name => 'Slow', title => 'Dr')));
ok(wait_for(sub { asked($t) > $asked }), 'slow: the CRM is asked');
$t->crm('POST /contacts/register' => { json => { id => "CAD$n" } });
is($t->http($text)->status, 200, 'slow: somebody is faster');

my $contact = $t->redis('HGETALL', "crm:live:contact:{CAD$n}");

spew($gate, '');
is($slow->response('POST')->status, 409, 'slow: it exists');
is_deeply({ @{$t->redis('HGETALL', "crm:live:contact:{CAD$n}")} },
    { @$contact }, 'slow: as it was');


# what happens meanwhile: the address is known by the time it is reserved, or
# leads elsewhere by the time it would lead to the new one; the password has
# become another one by the time its session opens

sub known {
    $t->contact($_[0], email => $name, identities => [ [ EMAIL => $name ] ]);
}

$asked = asked($t);
is(held('/off', 4, sub { known("CAD$n") })->status, 409, 'known meanwhile');
is(asked($t), $asked, 'the CRM is not asked');

is(held('/self-service/v1', 6, sub { known('OTHER') })->status, 200,
    'elsewhere meanwhile');
is(newest($t)->{contact}, 'OTHER', 'the code is for that');

is(said(held('/off', 9, sub { $t->redis('HSET',
    "crm:live:contact:{CAD$n}", password => 'another') })),
    refused('unavailable'), 'another password meanwhile');
is($t->redis('EXISTS', "crm:live:sessions:{CAD$n}"), 0, 'no session');


# replies that are none

for ([ 4, ":1\r\n" ], [ 4, "+OK\r\n" ], [ 4, '+' . 'a' x 33 . "\r\n" ],
    [ 4, '+' . ' ' x 32 . "\r\n" ], [ 5, "\$1\r\n1\r\n" ],
    [ 5, "*0\r\n" ], [ 6, "+OK\r\n" ], [ 6, "*2\r\n:1\r\n:2\r\n" ],
    [ 6, "*2\r\n:1\r\n\$3\r\nC D\r\n" ])
{
    my ($i, $bytes) = @$_;

    before('/self-service/v1');
    $wire->say($i, $bytes);
    is(said($t->http($text)), refused('bad_gateway'),
        "$i is answered " . $bytes =~ s/\r\n/ /gr);
    $wire->plan('pass');
}

$t->done;


# Somebody new, whom the CRM knows by one id however often it is asked.

sub before {
    my ($path, %answer) = @_;

    $name = 'john' . ++$n . '@crm.com';
    $t->crm('POST /contacts/register' => { json => { id => "CAD$n" },
        %answer });
    $text = Test::CRM::HTTP->text(POST => "$path/contacts/register",
        headers => [ api_key => 'key' ],
        json => by_mail($name, 'a good password'));
}


# The reply to one before whose nth command something happens.

sub held {
    my ($path, $i, $happens) = @_;

    before($path);

    my $client = $t->connect;

    $wire->plan(hold => $i);
    $client->write($text);
    ok(wait_for(sub { $wire->reached }), "held at $i");
    $happens->();
    $wire->plan('pass');

    return $t->seen($client->response('POST'));
}


sub login {
    my ($username, $password) = @_;

    return $t->post('/self-service/v1/contacts/authenticate', {
        provider => 'EMAIL', username => $username,
        password => $password }, api_key => 'key');
}


sub keys_of_crm {
    my %keys = map { $_->{header}{'idempotency-key'} => 1 }
        grep { $_->{body} =~ /"\Q$name\E"/ } $t->crm_log;

    return scalar keys %keys;
}


# The old link is gone, or has said all: the edge's next request is answered.

sub settle {
    ok(wait_for(sub { refused_at_all()->status == 400 }),
        'the link is there');
}


# It asks for one identity, finds nobody, and says so.

sub refused_at_all {
    return login('nobody@crm.com', 'none');
}
