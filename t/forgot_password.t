#!/usr/bin/perl

# POST /contacts/forgot_password: a token by mail, to whom there is; nobody can
# tell who that is.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Reset qw(conf edge forgot change reset_token reset_key);
use Test::CRM::Words qw(said refused);

my $base = '/self-service/v1/contacts';
my $t = edge('forgot-password');
my $sent = '200 ';


# a token is sent to whom there is, and nobody can tell who that is

my @asked = (
    [ 'a contact', 'John@crm.com', 1 ],
    [ 'nobody', 'nobody@crm.com', 0 ],
    [ 'a disabled contact', 'gone@crm.com', 0 ],
    [ 'a contact of the other mode', 'jane@crm.com', 0 ],
    [ 'the contact\'s address, which is no identity', 'mail@crm.com', 0 ],
);

my ($headers, $commands);

# the app's counter has its end already

forgot($t, 'first@crm.com');

for (@asked) {
    my ($name, $username, $messages) = @$_;
    my $before = () = $t->outbox;

    $t->redis('CONFIG', 'RESETSTAT');

    my $r = forgot($t, $username);
    my $did = $t->asked;

    is(said($r), $sent, $name);
    is_deeply(heads($r), $headers //= heads($r), "$name, headers");
    is_deeply($did, $commands //= $did, "$name, commands");
    is(scalar(() = $t->outbox) - $before, $messages, "$name, messages");
}

my $message = ($t->outbox)[-1];
my $left = delete($message->{expires}) - time;
my $token = delete $message->{token};

like($token, qr/\Al[A-Za-z0-9_-]{43}\z/, 'the token');
is_deeply($message, { channel => 'EMAIL', to => 'john@crm.com',
    template => 'password-reset', contact => 'JOHN', mode => 'live' },
    'the message');
cmp_ok(abs($left - 1800), '<=', 5, 'expires');
is($t->redis('GET', reset_key($t, $token)), 'JOHN john@crm.com',
    'what is kept');
cmp_ok(abs($t->redis('TTL', $_) - 1800), '<=', 5, "$_, as long")
    for reset_key($t, $token), 'crm:live:reset:{JOHN}:newest';
is(said($t->post('/flow', { username => 'john@crm.com' }, api_key => 'key')),
    $sent, 'at another path');
like(reset_token($t, 'jane@crm.com', key => 'test'), qr/\At/, 'of test mode');


# what the body lacks

is(said($t->post("$base/forgot_password", $_->[1], api_key => 'key')),
    refused(@{$_->[2]}), "forgot, $_->[0]") for (
    [ 'nothing', {}, [ missing => 'username' ] ],
    [ 'an empty name', { username => '' }, [ missing => 'username' ] ],
    [ 'null', { username => undef }, [ missing => 'username' ] ],
    [ 'a number', { username => 1 }, [ invalid => 'username' ] ],
    [ 'no address', { username => 'john' }, [ invalid => 'username' ] ],
    [ 'no body', '', [ 'invalid_json' ] ],
);

is(said($t->post("$base/forgot_password", { username => 'john@crm.com' })),
    refused('wrong_api_key'), 'forgot, without a key');


# nothing in Redis holds a token, but the outbox

$token = reset_token($t, 'john@crm.com');

my $kept = join "\n", map {
    my $type = $t->redis('TYPE', $_);
    ($_, $type eq 'hash' ? @{$t->redis('HGETALL', $_)}
        : $type eq 'string' ? $t->redis('GET', $_) : ());
} grep { $_ ne 'crm:outbox' } @{$t->redis('KEYS', '*')};

unlike($kept, qr/\Q$token\E/, 'no token but in the outbox');


# limits: like those of codes, alike for nobody

my $conf = conf('forgot-password');
my $limits = $conf =~ s/cooldown=0 per_hour=1000/cooldown=40 per_hour=2/r
    =~ s/crm_login/crm_password min=6 reset_ttl=2m; crm_login/r;

$t->reload($limits);
$t->redis('DEL', 'crm:live:otp:app:{shop}',
    @{$t->redis('KEYS', 'crm:live:reset:*:sends')});

for my $username ('john@crm.com', 'whoever@crm.com') {
    my @sends = sends();

    is(said(forgot($t, $username)), $sent, "$username, once");
    waits(forgot($t, $username), 40, "$username, too soon");
    waits(forgot($t, $username), 40, "$username, again too soon");

    my ($sends) = grep { my $key = $_; !grep { $_ eq $key } @sends } sends();

    is($t->redis('LLEN', $sends), 1, "$username, counted once");
    $t->redis('LSET', $sends, 0, 1000 * (time - 41));
    is(said(forgot($t, $username)), $sent, "$username, later");
    $t->redis('LSET', $sends, 0, 1000 * (time - 41));
    waits(forgot($t, $username), 3559, "$username, too often");
}

is($t->redis('GET', 'crm:live:otp:app:{shop}'), 4, 'the app pays for sends');

$message = ($t->outbox)[-1];
cmp_ok(abs($message->{expires} - 41 - time - 120), '<', 60, 'reset_ttl');
is(said(change($t, $message->{token}, 'sixsix')), $sent, 'min');

$t->reload($limits =~ s/crm_otp/crm_otp per_app=4/r);
is(forgot($t, 'third@crm.com')->status, 429, 'an app\'s budget');


# nginx -t

for ([ 'min=3' => 'from 4 to 64' ], [ 'max=129' => 'from 64 to 128' ],
    [ 'max=63' => 'from 64 to 128' ], [ 'reset_ttl=1s' => 'from 60s' ],
    [ 'verify_ttl=31d' => 'from 60s' ], [ 'most=1' => 'invalid parameter' ],
    [ 'min=8; crm_password max=64' => 'is duplicate' ])
{
    my ($said, $expected) = @$_;
    my ($status, $out) = $t->nginx_t(
        $conf =~ s/crm_login/crm_password $said; crm_login/r);

    is($status, 1, "crm_password $said");
    like($out, qr/\Q$expected\E/, "crm_password $said, why");
}

$t->done;


sub sends { @{$t->redis('KEYS', 'crm:live:reset:*:sends')} }


# A 429 has its seconds twice; some may have gone by already.

sub waits {
    my ($r, $most, $name) = @_;
    my $seconds = $r->header('Retry-After');

    is(said($r), refused('too_many_requests', $seconds), 'refused');
    ok($seconds <= $most && $seconds > $most - 5, $name)
        or diag("$seconds s");
}


sub heads { [ map { "$_->[0]: $_->[1]" } grep { $_->[0] ne 'Date' }
    @{$_[0]{headers}} ] }
