#!/usr/bin/perl

# POST /contacts/{id}/sign_out: what ends, and what goes on.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Words qw(said refused bearer);

my $t = Test::CRM->new(workers => 2, conf => Test::CRM::conf_selfservice(
    http => 'crm_redis unix:%%REDIS%% timeout=200ms;',
    redis => '',
    server => 'crm_access_token_ttl 10m;',
    locations => 'location = /leave {
            crm_api selfservice;
            crm_require_tls off;
            crm_answer sign-out;
        }
        location = /health { crm_status health; }'),
    crm => { map { ("GET /contacts/CAD$_" => '{}') } 1 .. 5 })->start;

my $v1 = '/self-service/v1/contacts';

$t->api_key('a live key');
$t->api_key('a test key', mode => 'test');

for my $mode (qw(live test)) {
    $t->contact($_, mode => $mode, password => "the password of $_",
        identities => [ [ EMAIL => "\L$_\@crm.com" ] ]) for qw(CAD1 CAD2 CAD3);
}

ok(wait_for(sub { $t->get('/health')->status == 200 }), 'ready');


# this session, and no other

my ($one, $two, $other) = map { login($_) } qw(CAD1 CAD1 CAD2);
my $test = login('CAD1', 'test');

is(get($one), '200 {}', 'signed in');

my $r = out($one);

is(said($r), '200 ', 'sign out');
is($r->header('Content-Length'), 0, 'an empty answer');
is($r->header('Cache-Control'), 'no-store', 'that is not kept');

is(get($one), refused('wrong_token'), 'refused at once') for 1 .. 8;
is(said(out($one)), refused('wrong_token'), 'also by sign-out');
is(get($two), '200 {}', 'another session');
is(get($other), '200 {}', 'another contact');
is(get($test), '200 {}', 'another mode');

is($t->redis('EXISTS', session($one)), 0, 'the session is gone');
is($t->redis('ZSCORE', 'crm:live:sessions:{CAD1}', $one->{sid}), undef,
    'and not named');
is($t->redis('EXISTS', session($two)), 1, 'the other one is there');

my ($score, $exp) = ($t->redis('ZSCORE', 'crm:revoked', "s:$one->{sid}"),
    time + 600 + 30 + 60);

cmp_ok(abs($score - $exp), '<=', 2, 'revoked until its tokens have expired');
is($r = $t->get("$v1/CAD1", bearer($one->{token}))->header(
    'WWW-Authenticate'), 'Bearer realm="crm", error="invalid_token"',
    'challenge');


# what is sent

my @bodies = (
    [ '', '200 ' ],
    [ '{}', '200 ' ],
    [ '{"all":false}', '200 ' ],
    [ '{"all":null,"more":1}', '200 ' ],
    [ '{"all":"true"}', refused('invalid', 'all') ],
    [ '{"all":1}', refused('invalid', 'all') ],
    [ '[]', refused('invalid_json') ],
    [ '{', refused('invalid_json') ],
);

for my $row (@bodies) {
    my ($body, $expected) = @$row;
    my $session = login('CAD1');

    is(said(out($session, $body)), $expected, "body '$body'");
    is(get($session), $expected eq '200 ' ? refused('wrong_token')
        : '200 {}', "body '$body', then");
}

is(get($two), '200 {}', 'none of them ended another session');


# who may

is(said($t->post("$v1/CAD1/sign_out", '')), refused('no_token'), 'no token');
is(said($t->post("$v1/CAD1/sign_out", '', bearer('x'))),
    refused('wrong_token'), 'a wrong token');
is(said($t->post("$v1/CAD1/sign_out", '', bearer($other->{token}))),
    refused('forbidden'), 'of another contact');
is(get($other), '200 {}', 'which goes on');
is($t->get("$v1/CAD1/sign_out", bearer($other->{token}))->status, 405, 'GET');


# a location of its own

my $moved = login('CAD2');

is(said($t->post('/leave', '', bearer($moved->{token}))), '200 ',
    'crm_answer');
is(get($moved), refused('wrong_token'), 'crm_answer, refused');


# all of a contact

my @all = map { login('CAD1') } 1 .. 3;
my $bare = $t->token('CAD1', iat => time - 1);
my $undated = $t->token('CAD1');
my $ahead;

is(get({ token => $_ }), '200 {}', 'no session') for $bare, $undated;
is(said(out($all[0], '{"all":true}')), '200 ', 'all');
is(get($_), refused('wrong_token'), 'all, refused') for @all, $two;
is(get({ token => $bare }), refused('wrong_token'), 'all, without a session');
is(get({ token => $undated }), refused('wrong_token'), 'all, without a time');
is(get($other), '200 {}', 'all, not of another contact');
is(get($test), '200 {}', 'all, not of another mode');
is($t->redis('EXISTS', 'crm:live:sessions:{CAD1}', map { session($_) } @all,
    $two), 0, 'all sessions are gone');
is($t->redis('EXISTS', session($test)), 1, 'those of another mode are not');

my $new = login('CAD1');

is(get($new), '200 {}', 'signed in again, within the same second');
is(said(out($new, '{"all":true}')), '200 ', 'all, again');
is(get($new), refused('wrong_token'), 'all, again, refused');
is(get(login('CAD1')), '200 {}', 'and signed in again');


# a token that names no session ends those issued up to now, and no session

$new = login('CAD3');
$bare = { cid => 'CAD3', token => $t->token('CAD3', iat => time,
    exp => time + 5000) };

is(said(out($bare)), '200 ', 'without a session');
is(get($bare), refused('wrong_token'), 'is refused');
is(get($new), refused('wrong_token'), 'as are all that are older');
is($t->redis('EXISTS', session($new)), 1, 'whose sessions go on');

($score) = sort { $b <=> $a } map { $_->[1] } revoked();

cmp_ok(abs($score - (time + 5000 + 90)), '<=', 3, 'as long as it would live');
is(said(out(login('CAD3'), '{"all":true}')), '200 ', 'and all, later');
is($t->redis('EXPIRETIME', 'crm:live:revoked:{crm:revoked}:CAD3'), $score,
    'which is forgotten no sooner');


# a token of another issuer that is ahead of our clock is among them

$ahead = { cid => 'CAD4', token => $t->token('CAD4', iat => time + 20) };

is(said(out($ahead)), '200 ', 'ahead');
is(get($ahead), refused('wrong_token'), 'ahead, refused');


# modes

is(said(out($test, '', 'test')), '200 ', 'test mode');
is(get($test), refused('wrong_token'), 'test mode, refused');

my $sid = 'a-session-of-both';
my %token = map { $_ => { token => $t->token('CAD5', sid => $sid,
    mode => $_) } } qw(live test);

is($t->post("$v1/CAD5/sign_out", '', bearer($token{test}{token}))->status,
    200, 'the same sid in test mode');
is($t->get("$v1/CAD5", bearer($token{test}{token}))->status, 401, 'refused');
is($t->get("$v1/CAD5", bearer($token{live}{token}))->status, 200,
    'in live mode it goes on');


# what has expired leaves

$t->redis('ZADD', 'crm:revoked', time - 10, 's:old');
is(said(out(login('CAD2'))), '200 ', 'one more');
is($t->redis('ZSCORE', 'crm:revoked', 's:old'), undef, 'an expired one left');


# Redis is not there: nothing is said to be done that is not

my @late = map { login('CAD2') } 1 .. 2;

$t->stop_redis;
ok(wait_for(sub { $t->get('/health')->status == 503 }), 'Redis is away');

is(said(out($late[0])), refused('unavailable'), 'this session');
is(said(out($late[1], '{"all":true}')), refused('unavailable'), 'all');
is(get($_), '200 {}', 'not refused') for @late;

$t->start_redis;
ok(wait_for(sub { $t->get('/health')->status == 200 }), 'Redis is back');
ok(wait_for(sub { said(out($late[0])) eq '200 ' }), 'repeated');
is(get($late[0]), refused('wrong_token'), 'refused');

$t->done;


sub login {
    my ($cid, $mode) = @_;

    my $reply = $t->post("$v1/authenticate", { provider => 'EMAIL',
        username => "\L$cid\@crm.com", password => "the password of $cid" },
        api_key => 'a ' . ($mode // 'live') . ' key')->json;

    return { cid => $cid, token => $reply->{access_token},
        sid => (split /\./, $reply->{refresh_token})[3],
        mode => $mode // 'live' };
}


sub get {
    my ($session) = @_;

    return said($t->get("$v1/" . ($session->{cid} // 'CAD1'),
        bearer($session->{token})));
}


sub out {
    my ($session, $body) = @_;

    return $t->post("$v1/" . ($session->{cid} // 'CAD1') . '/sign_out',
        $body // '', bearer($session->{token}));
}


sub session { "crm:$_[0]{mode}:session:{$_[0]{cid}}:$_[0]{sid}" }


sub revoked {
    my @list = @{$t->redis('ZRANGE', 'crm:revoked', 0, -1, 'WITHSCORES')};
    my @rows;

    while (my ($member, $score) = splice @list, 0, 2) {
        push @rows, [ $member, $score ];
    }

    return @rows;
}
