#!/usr/bin/perl

# Redis is away, comes, goes and comes back empty, cuts links, wants a name
# and a password: flows are refused at once and nothing else is, and within a
# second all is well again.

use warnings;
use strict;

use IO::Socket::IP;
use Test::More;
use Time::HiRes qw(time);

use Test::CRM;
use Test::CRM::Flows qw(flows provision ask text $lenient);
use Test::CRM::Process qw(wait_for patience);
use Test::CRM::Words qw(said refused bearer);

my $v1 = '/self-service/v1';
my $unavailable = refused('unavailable');

my %opt = (redis => 'crm_redis unix:%%REDIS%% timeout=300ms;',
    http => 'crm_api_key_cache ttl=1h negative_ttl=1h;', server => $lenient,
    locations => 'location = /health { crm_status health; }');

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(%opt),
    redis => 0, crm => { 'GET /contacts/JOHN' => '{"id":"JOHN"}' })->start;

my @john = bearer($t->token('JOHN'));
my @key = (api_key => 'a key of the shop');


# not there when NGINX starts

begins_badly("$_, away at start") for flows();
is(said(passed()), $unavailable, 'a token that may be revoked');
is(said(passed(@key)), $unavailable, 'a key that nobody looked up');

$t->start_redis;
provision($t);
heals('came at last');

ok(ask($t, $_)->status == 200, "$_, all is well") for flows();
ok(wait_for(sub { $t->get('/health')->status == 200 }), 'healthy');
is(said(passed(@key)), '200 {"id":"JOHN"}', 'and a key is known');


# killed, and back without anything

$t->stop_redis;

for my $flow (flows()) {
    next if $flow =~ /handle|credential/;    # begin with a code that is sent

    my $start = time;

    is(said(ask($t, $flow)), $unavailable, "$flow, killed");
    cmp_ok(time - $start, '<', patience(), "$flow, killed, in time");
}

is(said(passed(@key)), '200 {"id":"JOHN"}', 'killed, a key that is known');
is(said(passed(api_key => 'a stranger')), $unavailable, 'and one that is not');
is(said($t->get('/health')), "503 not ready: no link to Redis\n", 'health');

rests($t->dir . '/redis.sock');

$t->start_redis;
heals('killed, back and empty', '40[01] ');
provision($t);
is(ask($t, $_)->status, 200, "$_, back") for flows();
is(said($t->get('/health')), "200 ready\n", 'healthy');


# without its scripts

for my $flow (flows()) {
    my $text = text($t, $flow);

    $t->redis('SCRIPT', 'FLUSH');
    $t->redis('CONFIG', 'RESETSTAT');
    is($t->http($text)->status, 200, "$flow, scripts are gone");
    like(info('cmdstat_eval'), qr/^calls=[1-9]/, "$flow, they were sent");
}


# links that are cut: the next one is made at once

ok(wait_for(sub { $t->redis('CLIENT', 'LIST', 'TYPE', 'pubsub') }),
    'subscribed again');

for my $i (1 .. 10) {
    my $made = info('total_connections_received');

    $t->redis('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    ok(wait_for(sub { info('total_connections_received') > $made }, 2),
        "cut $i, called again");
    is(ask($t, 'password')->status, 200, "cut $i, served");
}

my @told = $t->error_log =~ /\[error\].*(no link to.*|lost the link) /g;

is(scalar(grep { $_ eq 'lost the link' } @told), 11,
    'each loss is told once');
is_deeply([ map { $told[$_] } grep { $told[$_] ne 'lost the link'
    && $told[$_] eq $told[$_ - 1] } 1 .. $#told ], [],
    'and the same cause is, at all attempts');

$t->clean;


# what Redis may want to hear first

my $file = 'password=file:%%DIR%%/password';
my @want = ('--requirepass', 'p@ss:w/rd%');
my @acl = qw(--user edge on >p@ss:w/rd% ~* +@all);
my $tcp = '127.0.0.1:%%REDIS_PORT%%';
my $quoted = 'p%40ss:w%2Frd%25';

my @rows = (
    [ 'TCP', "redis://$tcp", [] ],
    [ 'TCP, a database', "redis://$tcp/2", [], 2 ],
    [ 'unix, a database', 'unix:%%REDIS%%:3', [], 3 ],
    [ 'a password', "redis://:$quoted\@$tcp", \@want ],
    [ 'its file', "redis://$tcp $file", \@want ],
    [ 'its file, unix', "unix:%%REDIS%%:4 $file", \@want, 4 ],
    [ 'a user', "redis://edge:$quoted\@$tcp/5", \@acl, 5 ],
    [ 'a user, its file', "redis://edge\@$tcp $file", \@acl ],
    [ 'a wrong password', "redis://:wrong_one\@$tcp", \@want, 0,
      'WRONGPASS invalid username-password pair or user is disabled.' ],
    [ 'no password', "redis://$tcp", \@want, 0,
      'NOAUTH Authentication required.' ],
    [ 'a wrong user', "redis://egde:$quoted\@$tcp", \@acl, 0,
      'WRONGPASS invalid username-password pair or user is disabled.' ],
    [ 'no such database', "redis://$tcp/16", [], 0,
      'ERR DB index is out of range' ],
);

push @rows, [ 'IPv6', 'redis://[::1]:%%REDIS_PORT%%',
    [ '--bind', '127.0.0.1', '::1' ] ]
    if IO::Socket::IP->new(LocalHost => '::1', Listen => 1);

for my $row (@rows) {
    my ($name, $address, $args, $db, $error) = @$row;

    $t = Test::CRM->new(redis => [ '--databases', 16, @$args ],
        conf => Test::CRM::conf_selfservice(%opt,
            redis => "crm_redis $address timeout=300ms;"));
    $t->secret('p@ss:w/rd%', 'wrong_one', $quoted);
    $t->file('password', "p\@ss:w/rd%\n");
    $t->start;

    $t->redis('AUTH', 'p@ss:w/rd%') if $args == \@want;
    $t->redis('SELECT', $db // 0);
    provision($t);

    if (!$error) {
        heals($name);
        is(ask($t, 'mail')->status, 200, "$name, served");
        like(info('db' . ($db // 0)), qr/^keys=/,
            "$name, where the keys are");
        $t->clean;
        next;
    }

    my $calls = info('total_connections_received');

    is(said(ask($t, 'mail')), $unavailable, "$name, refused");
    ok(wait_for(sub { info('total_connections_received') > $calls + 2 }),
        "$name, tried again");
    is(said(ask($t, 'password')), $unavailable, "$name, still refused");

    my @errors = grep { /\[error\].*crm_redis: .* link/ }
        split /\n/, $t->error_log;

    is(scalar @errors, 1, "$name, told once");
    like($errors[0], qr/crm_redis: no link to \S+: \Q$error\E/,
        "$name, what is told");
    $t->clean;
}

done_testing();


sub passed {
    my (@more) = @_;

    return $t->get("$v1/contacts/JOHN", @john, @more);
}


sub begins_badly {
    my ($name) = @_;

    my ($flow) = $name =~ /^(\w+)/;
    my $start = time;
    my $r = $flow =~ /handle|credential/
        ? $t->post("$v1/contacts/validate-otp", { code => '123456',
            credentials => [ { name => 'CARD', value => '4000' } ] }, @key)
        : ask($t, $flow);

    is(said($r), $unavailable, $name);
    cmp_ok(time - $start, '<', patience(), "$name, in time");
}


# Calls are taken and ended at once, until a link rests for its longest.

sub rests {
    my ($path) = @_;

    unlink $path;

    my $listen = IO::Socket::UNIX->new(Local => $path, Listen => 1);

    close $listen->accept for 1 .. 9;
    unlink $path;
}


# Within a second, and no request on the way is answered anything else.

sub heals {
    my ($name, $well) = @_;

    # a password is hashed, too
    my $more = patience() ** 2;
    my $start = time;
    my @said;

    $well //= '200 ';

    until (@said && $said[-1] =~ /^$well/ || time - $start > 5 * $more) {
        push @said, said(ask($t, 'password'));
    }

    cmp_ok(time - $start, '<', $more, "$name, within a second");
    like(pop @said, qr/^$well/, "$name, answered");
    is_deeply([ grep { $_ ne $unavailable } @said ], [],
        "$name, refused until then");
}


# A member of INFO, '' where it is not there.

sub info {
    my ($name) = @_;

    return $t->redis('INFO', 'all') =~ /^\Q$name\E:([^\r\n]*)/m ? $1 : '';
}
