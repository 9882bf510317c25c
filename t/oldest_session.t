#!/usr/bin/perl

# A sign-in for which the oldest session must go: that is revoked before it
# ends, wherever Redis stops or the client leaves, and one at a time.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Session qw(sign refresh);
use Test::CRM::Wire;
use Test::CRM::Words qw(said refused);

use constant MAX => 50;

my $t = Test::CRM->new(workers => 2, conf => Test::CRM::conf_selfservice(
    redis => 'crm_redis unix:%%DIR%%/wire.sock timeout=300ms;',
    http => 'crm_api_key_cache ttl=1h;',
    server => 'crm_login failures=1000;'));

my $wire = Test::CRM::Wire->new($t);
my $round = 0;
my $sessions = 'crm:live:sessions:{JOHN}';

my $text = Test::CRM::HTTP->text(
    POST => '/self-service/v1/contacts/authenticate',
    headers => [ api_key => 'key' ],
    json => { provider => 'EMAIL', username => 'john@crm.com',
        password => 'a good password' });

$t->start;
$t->api_key('key', app => 'shop');
$t->contact('JOHN', password => 'a good password',
    identities => [ [ EMAIL => 'john@crm.com' ] ]);
ok(wait_for(sub { $t->http($text)->status == 200 }), 'Redis is up');

my ($kid) = $t->http($text)->json->{refresh_token} =~ /^v1\.(\w+)/;


# identity, contact, an attempt, its end, the session that is one too many, the
# oldest's revocation, the session

use constant COMMANDS => 7;

for my $i (1 .. COMMANDS) {
    for my $what (qw(drop lose hold leave)) {
        my $name = "$what $i";

        fill();

        if ($what eq 'leave') {
            ok($wire->leave($t, $i, $text), "$name, waits");

        } else {
            $wire->plan($what, $i);
            is(said($t->http($text)), refused('unavailable'), $name);
            $wire->plan('pass');
        }

        in_order($name);
        is($t->http($text)->status, 200, "$name, again");
        in_order("$name, again");
        is($t->redis('ZCARD', $sessions), MAX, "$name, no more than may be");
    }
}

fill();
$wire->plan('drop', COMMANDS + 1);
is($t->http($text)->status, 200, 'it asks no more than that');
$wire->plan('pass');

is($t->redis('ZSCORE', $sessions, sid(1)), undef, 'the oldest is not named');
is($t->redis('EXISTS', session(sid(1))), 0, 'nor described');
is($t->redis('EXISTS', session(sid(2))), 1, 'as the next is');
is(revoked(), 's:' . sid(1), 'and it alone is revoked');


# where it is revoked and has not ended yet, that is done when it comes next

fill();
$wire->plan('drop', COMMANDS);
is(said($t->http($text)), refused('unavailable'), 'revoked, and no more');
$wire->plan('pass');
settle();
ok($t->redis('ZSCORE', $sessions, sid(1)), 'it has not ended');

for my $again ('', ', again') {
    is(said(refresh($t, token(sid(1)))), refused('wrong_token'),
        "it gives no tokens$again");
    is($t->redis('ZSCORE', $sessions, sid(1)), undef, "it has ended$again");
    is($t->redis('EXISTS', session(sid(1))), 0, "nothing is left$again");
}

is(refresh($t, token(sid(2)))->status, 200, 'the next one goes on');


# many at a time

fill();

my @clients = map { $t->connect } 1 .. 10;

$_->write($text) for @clients;
is($_->response->status, 200, 'one of many') for @clients;
is($t->redis('ZCARD', $sessions), MAX, 'of many, no more than may be');
in_order('of many');
is($t->redis('ZSCORE', $sessions, sid(10)), undef, 'of many, ten have ended');
ok($t->redis('ZSCORE', $sessions, sid(11)), 'and no more');


# what is no id is none of an edge's, and goes without a revocation

fill();
$t->redis('ZADD', $sessions, time() + 100, 'a b');
is($t->http($text)->status, 200, 'no id');
is($t->redis('ZSCORE', $sessions, 'a b'), undef, 'no id is gone');
ok($t->redis('ZSCORE', $sessions, sid(1)), 'and no other');


# replies that are none

for ([ 5, "*2\r\n:2\r\n\$0\r\n\r\n" ], [ 5, "*2\r\n:2\r\n\$2\r\na b\r\n" ],
    [ 5, "*2\r\n:3\r\n\$1\r\na\r\n" ], [ 5, "*2\r\n:-1\r\n\$1\r\na\r\n" ],
    [ 5, "*1\r\n:2\r\n" ], [ 6, "+OK\r\n" ], [ 7, "*2\r\n:1\r\n:1\r\n" ])
{
    my ($i, $bytes) = @$_;

    fill();
    $wire->say($i, $bytes);
    is(said($t->http($text)), refused('bad_gateway'),
        "$i is answered " . $bytes =~ s/\r\n/ /gr);
    $wire->plan('pass');
}

$t->done;


sub fill {
    settle();
    $round++;
    $t->redis('DEL', 'crm:revoked', $sessions);
    $t->redis('ZADD', $sessions,
        map { (time() + 1000 + $_, sid($_)) } 1 .. MAX);
    $t->redis('HSET', session(sid($_)), generation => 1) for 1 .. MAX;
}


# No session has ended that is not revoked.

sub in_order {
    my ($name) = @_;

    settle();

    my %revoked = map { $_ => 1 } split ' ', revoked();

    is(join(' ', grep { !$revoked{"s:$_"}
        && !defined $t->redis('ZSCORE', $sessions, $_) } map { sid($_) }
        1 .. MAX), '', "$name, in order");
}


# The old link is gone, or has said all: a contact that nobody is is answered.

sub settle {
    ok(wait_for(sub { $t->post('/self-service/v1/contacts/authenticate',
        { provider => 'EMAIL', username => 'nobody@crm.com',
        password => 'x' }, api_key => 'key')->status == 400 }),
        'the link is there');
}


sub token { sign($t, "v1.$kid.JOHN.$_[0].1", app => 'shop') }
# An edge does not forget what has been revoked.

sub sid { "s$round-$_[0]" }
sub revoked { join ' ', sort @{$t->redis('ZRANGE', 'crm:revoked', 0, -1)} }
sub session { "crm:live:session:{JOHN}:$_[0]" }
