#!/usr/bin/perl

# Refreshing, signing out, resetting a password and verifying an address while
# Redis goes away before, between and after the steps, or the client does: each
# may be asked for again, and in the end all of it is done, once.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw(time);

use Test::CRM;
use Test::CRM::Process qw(wait_for patience);
use Test::CRM::Session qw(sign_in sign refresh refresh_text claims);
use Test::CRM::Wire;
use Test::CRM::Words qw(said refused bearer);

my $base = '/self-service/v1/contacts';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    redis => 'crm_redis unix:%%DIR%%/wire.sock timeout=300ms;',
    http => 'crm_api_key_cache ttl=1h;',
    # each revocation of a contact takes a second of its own, for all that come

    server => 'crm_otp cooldown=0 per_hour=1000; crm_login failures=1000;
        crm_jwt_leeway 10m;'));

my $wire = Test::CRM::Wire->new($t, late => 0.02,
    asked => qr/\A(?:GET|SET|DEL|HMGET|ZRANGE|EVALSHA|EVAL)\z/);

$t->start;
$t->api_key('key', app => 'shop');
$t->crm('GET /contacts/JOHN' => '{}');

my $hash = crypt 'password 0', '$y$j9T$abcdefgh';
my $john = 'crm:live:contact:{JOHN}';
my $token = 'l' . 'A' x 43;
my $n = 0;
my $kid;

$t->contact('JOHN', identities => [ [ EMAIL => 'john@crm.com' ] ],
    password_hash => $hash);

# what the next request needs, and what was there before it
my ($text, $session, $messages, $password);

ok(wait_for(sub { login('password 0')->status == 200 }), 'Redis is up');


# what comes before a request, how many commands it asks, what it says when
# all is well, what it says when its last command was done and nobody heard
# of it, and what must be so in the end

my %flows = (
    refresh => [ \&before_refresh, 1, 200, 200, sub {
        is(refreshed()->{refresh_token},
            sign($t, "v1.$kid.JOHN.$session->{sid}.2"), "$_[0], one chain")
    } ],

    theft => [ \&before_theft, 3, 401, 401, sub {
        has_ended($_[0]);
        ok($t->redis('ZSCORE', 'crm:revoked', "s:$session->{sid}"),
            "$_[0], it is revoked");
    } ],

    forgot => [ \&before_forgot, 7, 200, 200, sub {
        cmp_ok(scalar(() = $t->outbox), '>', $messages, "$_[0], it is sent")
    } ],

    change => [ \&before_change, 8, 200, 400, sub {
        is(login($password)->status, 200, "$_[0], the password is new");
        has_ended($_[0]);
        tokens_are_revoked($_[0]);
    } ],

    out => [ sub { before_out('') }, 2, 200, 401, sub {
        has_ended($_[0]);
        ok($t->redis('ZSCORE', 'crm:revoked', "s:$session->{sid}"),
            "$_[0], it is revoked");
    } ],

    all => [ sub { before_out('{"all":true}') }, 3, 200, 401, sub {
        has_ended($_[0]);
        is($t->redis('EXISTS', 'crm:live:sessions:{JOHN}'), 0,
            "$_[0], as all have");
        tokens_are_revoked($_[0]);
    } ],

    verify => [ \&before_verify, 6, 200, 400, sub {
        is($t->redis('HGET', $john, 'is_verified'), 'true', "$_[0], verified")
    } ],
);

for my $flow (sort keys %flows) {
    my ($before, $commands, $well, $unheard, $after) = @{$flows{$flow}};

    for my $i (1 .. $commands) {
        for my $what (qw(drop lose hold leave)) {
            my $name = "$flow, $what $i";

            $before->();

            if ($what eq 'leave') {
                ok($wire->leave($t, $i, $text), "$name, waits");
                settle();

            } else {
                $wire->plan($what, $i);

                my $start = time;

                is(said($t->http($text)), refused('unavailable'), $name);
                cmp_ok(time - $start, '<', 2 * patience(), "$name, in time");
                $wire->plan('pass');
                settle();
            }

            my $last = $i == $commands && $what ne 'drop';

            ok(wait_for(\&is_revoked), "$name, the edge has heard of it")
                if $last && $unheard == 401;

            is($t->http($text)->status, $last ? $unheard : $well,
                "$name, again");
            $after->($name);
        }
    }

    $before->();
    $wire->plan('drop', $commands + 1);
    is($t->http($text)->status, $well, "$flow asks no more than that");
    $wire->plan('pass');
    settle();
}


# while it is under way, another password for the same token is refused

before_change();
$wire->plan('drop', 5);
is(said($t->http($text)), refused('unavailable'), 'stored, and no more');
$wire->plan('pass');
settle();

is(said($t->post("$base/change_password", { token => $token,
    password => 'of somebody else' })), refused('invalid', 'token'),
    'another password');
is(login('of somebody else')->status, 400, 'is not stored');
is($t->http($text)->status, 200, 'the same password');


# clients that leave while a password is hashed

before_change();

my $asked = calls('hmget');
my $client = $t->connect;

$client->write($text);
ok(wait_for(sub { calls('hmget') > $asked }), 'hashing');
$client->close;
settle();
is($t->http($text)->status, 200, 'again');


# replies that are none, by flow and command

for ([ refresh => 1, ":1\r\n" ], [ refresh => 1, "*0\r\n" ],
    [ refresh => 1, "*4\r\n:1\r\n+x\r\n:1\r\n*0\r\n" ],
    [ refresh => 1, "*4\r\n:1\r\n:2\r\n:1\r\n+x\r\n" ],
    [ theft => 2, "+OK\r\n" ],
    [ forgot => 2, "+OK\r\n" ], [ forgot => 7, "+OK\r\n" ],
    [ change => 1, ":1\r\n" ], [ change => 4, "+OK\r\n" ],
    [ change => 5, ":1\r\n" ], [ change => 7, ":1\r\n" ],
    [ change => 8, "+OK\r\n" ], [ out => 2, "+OK\r\n" ],
    [ all => 1, "+OK\r\n" ], [ all => 3, "*1\r\n+x\r\n" ],
    [ verify => 1, "*0\r\n" ], [ verify => 4, "+OK\r\n" ],
    [ verify => 5, "+OK\r\n" ], [ verify => 6, "+OK\r\n" ])
{
    my ($flow, $i, $bytes) = @$_;

    $flows{$flow}[0]->();
    $wire->say($i, $bytes);
    is(said($t->http($text)), refused('bad_gateway'),
        "$flow, $i is answered " . $bytes =~ s/\r\n/ /gr);
    $wire->plan('pass');
}

$t->done;


sub before_refresh {
    $t->redis('HSET', $john, password => $hash);

    my $reply = sign_in($t, 'john@crm.com', 'password 0');
    my $sid = claims($reply->{access_token})->{sid};

    ($kid) = $reply->{refresh_token} =~ /^v1\.(\w+)/;
    $session = { sid => $sid, token => $reply->{refresh_token},
        access => $reply->{access_token},
        key => "crm:live:session:{JOHN}:$sid" };
    $text = refresh_text($session->{token});
}


sub before_theft {
    before_refresh();
    $t->redis('HSET', $session->{key}, generation => 3);
}


sub before_forgot {
    $messages = () = $t->outbox;
    $text = Test::CRM::HTTP->text(POST => "$base/forgot_password",
        headers => [ api_key => 'key' ],
        json => { username => 'john@crm.com' });
}


sub before_change {
    before_refresh();
    give('reset');
    $t->redis('SET', 'crm:live:reset:{JOHN}:newest',
        $t->sha256_hex($token));
    $t->redis('DEL', 'crm:revoked');
    $password = 'password ' . ++$n;
    $text = Test::CRM::HTTP->text(POST => "$base/change_password",
        json => { token => $token, password => $password });
}


sub before_out {
    my ($body) = @_;

    before_refresh();
    $t->redis('DEL', 'crm:revoked');
    $text = Test::CRM::HTTP->text(POST => "$base/JOHN/sign_out",
        headers => [ bearer($session->{access}) ], body => $body);
}


sub before_verify {
    give('verify');
    $t->redis('HSET', $john, is_verified => 'false');
    $text = Test::CRM::HTTP->text(GET => "$base/verify_email/$token");
}


sub give {
    my ($kind) = @_;

    $t->redis('SET', "crm:live:$kind:{" . $t->sha256_hex($token) . '}',
        'JOHN john@crm.com');
}


sub has_ended {
    my ($name) = @_;

    is(said(refresh($t, $session->{token})), refused('wrong_token'),
        "$name, the session has ended");
    is($t->redis('EXISTS', $session->{key}), 0, "$name, nothing is left");
}


sub tokens_are_revoked {
    my ($name) = @_;

    ok((grep { /\Ac:live:JOHN:/ }
        @{$t->redis('ZRANGE', 'crm:revoked', 0, -1)}),
        "$name, its tokens are revoked");
}


# What the edge does with a token tells whether the event has come.

sub is_revoked {
    return $t->get("$base/JOHN", bearer($session->{access}))->status == 401;
}


sub refreshed { refresh($t, $session->{token})->json }


sub login {
    return $t->post("$base/authenticate", { provider => 'EMAIL',
        username => 'john@crm.com', password => $_[0] }, api_key => 'key');
}


# The old link is gone, or has said all: the edge's next request is answered.

sub settle {
    $kid //= before_refresh() && $kid;

    my $nobody = sign($t, "v1.$kid.NOBODY." . '0' x 32 . '.1');

    ok(wait_for(sub { refresh($t, $nobody)->status == 401 }),
        'the link is there');
}


sub calls {
    my ($command) = @_;

    return $t->redis('INFO', 'commandstats')
        =~ /^cmdstat_\Q$command\E:calls=(\d+)/m ? $1 : 0;
}
