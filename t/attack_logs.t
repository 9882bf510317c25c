#!/usr/bin/perl

# Attacks by and on what is written down: lines that a client forges in the
# logs, and secrets where they do not belong: in error.log at any level, in
# access.log, in a key or a value of Redis but for its outbox.  All flows have
# run by then; Test::CRM looks for their secrets in the logs itself.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(sent validate);
use Test::CRM::Process qw(slurp wait_for);
use Test::CRM::Register qw(register by_mail);
use Test::CRM::Reset qw(change reset_token);
use Test::CRM::Session qw(refresh);
use Test::CRM::Words qw(bearer);

my @names = qw(crm_path crm_api crm_route crm_mode crm_app crm_contact_id
    crm_session_id crm_correlation_id crm_result crm_store_time);

my $t = Test::CRM->new(log_level => 'debug',
    conf => Test::CRM::conf_selfservice(
        http => 'log_format crm \'$status ' . join(' ', map { "[\$$_]" }
            grep { $_ ne 'crm_path' } @names) . '\';',
        server => 'access_log %%DIR%%/access.log crm;
            crm_otp cooldown=0 per_hour=1000;',
        locations => 'location /crm/v1/ { crm_api engagement;
                crm_require_tls off;
                proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }
            location /opaque/ { crm_api selfservice; crm_require_tls off;
                crm_opaque_tokens on;
                proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }'),
    crm => {
        'GET /contacts/MIKE' => '{}', 'GET /orders' => '{}',
        'POST /contacts/register' => { json => { id => 'EVE' } },
        'POST /contacts/authenticate' => '{}',
    })->start;

my $key = $t->api_key('an api key of the shop', app => 'shop');
my $base = '/self-service/v1/contacts';
my @key = (api_key => $key);
my $mail = 'mike@crm.com';

$t->contact('MIKE', email => $mail, mobile => '+35799123834',
    password => 'the first password', identities => [ [ EMAIL => $mail ],
    [ PHONE => '+35799123834' ] ]);

my @secrets = ($key, 'the first password', 'a wrong password',
    'the second password', 'the password of eve', 'a token of Facebook');

$t->secret(@secrets);


# the flows

sub login {
    my ($password, $at) = @_;

    return $t->post(($at // $base) . '/authenticate', { provider => 'EMAIL',
        username => $mail, password => $password }, @key);
}

sub keep { push @secrets, grep { defined } @_ }

my $reply = login('the first password')->json;

keep(@$reply{qw(access_token refresh_token)});
is(login('a wrong password')->status, 400, 'a wrong password');
keep(@{login('the first password', '/opaque/contacts')->json}{
    qw(access_token refresh_token)});

my $r = refresh($t, $reply->{refresh_token}, key => $key);

is($r->status, 200, 'refreshed');
keep(@{$r->json}{qw(access_token refresh_token)});
is($t->get("$base/MIKE", bearer($r->json->{access_token}))->status, 200,
    'read');

my ($handle, $message) = sent($t, SMS => [ PHONE => '+35799123834' ],
    key => $key);

keep($message->{code}, validate($t, [ AUTH_OTP => $handle ],
    $message->{code}, key => $key)->json->{access_token});

$t->post("$base/forgot_password", { username => $mail }, @key);

my $token = ($t->outbox)[-1]{token};

keep($token);
is(change($t, $token, 'the second password')->status, 200, 'changed');
is(register($t, by_mail('eve@crm.com', 'the password of eve'),
    key => $key)->status, 200, 'registered');
keep(($t->outbox)[-1]{code});
is($t->post("$base/authenticate", { provider => 'FACEBOOK',
    token => 'a token of Facebook' }, @key)->status, 200, 'passed on');

$reply = login('the second password')->json;
keep(@$reply{qw(access_token refresh_token)});
is($t->post("$base/MIKE/sign_out", undef,
    bearer($reply->{access_token}))->status, 200, 'signed out');


# forged lines: whatever is sent, each request has one line of its own, which
# may come after its answer

ok(wait_for(sub { slurp($t->dir . '/access.log') =~ /sign_out\]/ }),
    'all lines so far');

my @evil = (
    [ 'a quote', 'a" 200 [forged]' ], [ 'a bracket', 'a] [forged' ],
    [ 'a backslash', 'a\\x0a' ], [ 'an escape', "a\x1b[2J" ],
    [ 'a tab', "a\tforged" ], [ 'a DEL', "a\x7f" ],
    [ 'beyond ASCII', "a\xc2\x85forged" ], [ 'a format', 'a%n%s%V' ],
    [ 'a variable', '$crm_app' ], [ 'a JNDI name', '${jndi:ldap://x/a}' ],
    [ 'much', 'a' x 4000 ],
);
my @engagement = (srDate => '22-11-2026', source => 'APP',
    destination => 'CRM', operation => 'x');

for my $row (@evil) {
    my ($name, $value) = @$row;
    my $before = lines();

    $t->get('/crm/v1/orders', @engagement, correlationId => $value);
    $t->get('/crm/v1/orders', @engagement, correlationId => 1,
        Authorization => "Bearer $value");
    $t->post("$base/authenticate", { provider => $value }, @key);
    $t->post("$base/authenticate", { provider => 'EMAIL',
        username => $value, password => 'a wrong password' }, @key);
    $t->get("$base/MIKE", auth_token => $value);
    $t->get("$base/MIKE", api_key => $value);

    ok(wait_for(sub { lines() == $before + 6 }), "$name: six lines");
}

my @lines = split /\n/, slurp($t->dir . '/access.log');
my $field = qr/\[(?:[!-Z^-~ ]|\\x[0-9A-F]{2}|[\\\[\]])*\]/;

is_deeply([ grep { !/\A\d{3}(?: $field){9}\z/ } @lines ], [],
    'printable, all of them');
is_deeply([ grep { /\A\d+ \[forged/ || /[^ -~]/ } @lines ], [],
    'none is forged');
is_deeply([ grep { /\d+: (?:\*\d+ )?crm/ && /[^ -~]/ }
    split /\n/, $t->error_log ], [],
    'error.log is printable, ours');


# Redis: all keys and all values, but for the outbox

my %store;

for my $name (@{$t->redis('KEYS', '*')}) {
    next if $name eq 'crm:outbox';

    my $type = $t->redis('TYPE', $name);
    my $value = $type eq 'string' ? $t->redis('GET', $name)
        : $type eq 'hash' ? $t->redis('HGETALL', $name)
        : $type eq 'zset' ? $t->redis('ZRANGE', $name, 0, -1)
        : $type eq 'list' ? $t->redis('LRANGE', $name, 0, -1)
        : $t->redis('XRANGE', $name, '-', '+');

    $store{$name} = join ' ', $name, flat($value);
}

cmp_ok(scalar keys %store, '>', 10, 'there is a store');

# a code's digits may be anybody's: as a word

for my $secret (@secrets) {
    my $word = qr/(?<![0-9a-zA-Z])\Q$secret\E(?![0-9a-zA-Z])/;

    is_deeply([ grep { $store{$_} =~ $word } keys %store ], [],
        'not in Redis: ' . substr $secret, 0, 8);
}

like(join(' ', map { %$_ } $t->outbox), qr/\b$message->{code}\b/,
    'where a code is');

my %members = map { map { $_ => 1 } keys %$_ } $t->outbox;

is(join(' ', sort keys %members),
    'channel code contact expires mode template to token', 'the outbox');

$t->done;


sub lines { scalar(() = slurp($t->dir . '/access.log') =~ /\n/g) }

sub flat { map { ref $_ ? flat(@$_) : $_ // '' } map { ref $_ eq 'ARRAY'
    ? @$_ : $_ } @_ }
