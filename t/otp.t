#!/usr/bin/perl

# One-time passwords: asked for, sent, typed in.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(request validate sent handle newest $wrong);

my $otp = 'crm_otp cooldown=0 per_hour=1000 prefixes=+357,+91;';
my $conf = Test::CRM::conf_selfservice(server => $otp);

my $t = Test::CRM->new(conf => $conf)->start;

$t->api_key('key', app => 'shop');
$t->api_key('other', app => 'other');
$t->api_key('test', app => 'shop', mode => 'test');

$t->contact('JOHN', title => 'Mr', first_name => 'John', last_name => 'Doe',
    email => 'John@CRM.com', mobile => '+357 99 123834',
    birthdate => '1980-02-01', is_verified => 'true', organisations => '[]',
    identities => [ [ EMAIL => 'john@crm.com' ], [ PHONE => '+35799123834' ],
        [ ID_NUMBER => '1234567' ], [ PASSPORT => 'K42' ], [ CARD => '4000' ],
        [ LOYALTY_IDENTIFIER => 'gold-1' ] ]);
$t->contact('JANE', email => 'jane@crm.com',
    identities => [ [ EMAIL => 'jane@crm.com' ] ]);
$t->contact('FAR', email => 'far@crm.com', mobile => '+15005550006',
    identities => [ [ EMAIL => 'far@crm.com' ] ]);
$t->contact('GONE', email => 'gone@crm.com', mobile => '+35799000001',
    state => 'disabled', identities => [ [ EMAIL => 'gone@crm.com' ] ]);
$t->redis('SET', 'crm:live:identity:{ID_NUMBER:broken}', 'no id');
$t->redis('SET', 'crm:live:identity:{ID_NUMBER:stale}', 'NOBODY');

my %sms = (channel => 'SMS', to => '+35799123834', template => 'otp',
    contact => 'JOHN', mode => 'live');
my %email = (%sms, channel => 'EMAIL', to => 'john@crm.com');

my $phone = '+35799***834';
my $mail = 'j***@crm.com';


# how somebody is asked for, what the client sees, and what is sent

my @sends = (
    [ SMS => [ ID_NUMBER => '1234567' ], $phone, \%sms ],
    [ SMS => [ PASSPORT => 'K42' ], $phone, \%sms ],
    [ SMS => [ CARD => '4000' ], $phone, \%sms ],
    [ SMS => [ LOYALTY_IDENTIFIER => 'gold-1' ], $phone, \%sms ],
    [ SMS => [ EMAIL => 'JOHN@crm.com' ], $phone, \%sms ],
    [ SMS => [ PHONE => '00357 99-123834' ], $phone, \%sms ],
    [ EMAIL => [ PHONE => '+35799123834' ], $mail, \%email ],
    [ EMAIL => [ EMAIL => 'john@crm.com' ], $mail, \%email ],
    [ SMS => [ ID_NUMBER => '1234567', CARD => '4000' ], $phone, \%sms ],
    [ SMS => [ CARD => '4000', BIRTHDATE => '1980-02-01' ], $phone, \%sms ],
    [ SMS => [ BIRTHDATE => '1980-02-01', CARD => '4000' ], $phone, \%sms ],

    # what follows the first credential says whether, and shows nothing

    [ SMS => [ CARD => '4000', BIRTHDATE => '1980-02-02' ], $phone ],
    [ SMS => [ CARD => '4000', EMAIL => 'jane@crm.com' ], $phone ],
    [ SMS => [ CARD => '4000', ID_NUMBER => 'nobody' ], $phone ],

    # nobody, or nowhere to send to

    [ EMAIL => [ EMAIL => 'x@nowhere.org' ], 'x***@nowhere.org' ],
    [ SMS => [ PHONE => '+35799000000' ], '+35799***000' ],
    [ SMS => [ EMAIL => 'jane@crm.com' ], qr/^\+(357|91)\d*\*{3}\d{3}$/ ],
    [ SMS => [ EMAIL => 'far@crm.com' ], qr/^\+(357|91)\d*\*{3}\d{3}$/ ],
    [ SMS => [ EMAIL => 'gone@crm.com' ], qr/^\+(357|91)\d*\*{3}\d{3}$/ ],
    [ SMS => [ ID_NUMBER => 'nobody' ], qr/^\+(357|91)\d*\*{3}\d{3}$/ ],
    [ SMS => [ ID_NUMBER => 'broken' ], qr/^\+(357|91)\d*\*{3}\d{3}$/ ],
    [ SMS => [ ID_NUMBER => 'stale' ], qr/^\+(357|91)\d*\*{3}\d{3}$/ ],
    [ EMAIL => [ ID_NUMBER => 'nobody' ], qr/^[a-z]\*{3}\@\w+\.com$/ ],
);

for my $send (@sends) {
    my ($method, $credentials, $shown, $message) = @$send;
    my $name = "$method @$credentials";
    my $before = () = $t->outbox;
    my $r = request($t, $method, $credentials);

    like($r->body, qr/^\{"obfuscated_value":"[^"]+","auth_otp":"[0-9a-f]{8}
        -[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"\}$/x,
        "$name, body");
    is($r->status, 200, "$name, status");

    my $value = $r->json->{obfuscated_value};

    ref $shown ? like($value, $shown, "$name, shown")
               : is($value, $shown, "$name, shown");
    is(request($t, $method, $credentials)->json->{obfuscated_value}, $value,
        "$name, shown again");

    my @sent = $t->outbox;

    @sent = @sent[$before .. $#sent];
    is(scalar @sent, $message ? 2 : 0, "$name, messages");
    next unless $message;

    my %got = %{$sent[0]};
    my $left = delete($got{expires}) - time;

    like(delete $got{code}, qr/^\d{6}$/, "$name, code");
    is_deeply(\%got, $message, "$name, message");
    ok($left > 290 && $left <= 300, "$name, expires");
}

# guessing at a second credential moves neither the hint nor the limits

for my $card (qw(4000 4001)) {
    my @shown = map { request($t, SMS => [ CARD => $card, @$_ ])
        ->json->{obfuscated_value} }
        [], [ PASSPORT => 'guess' ], [ BIRTHDATE => '1999-09-09' ];
    my @limits = @{$t->redis('KEYS', 'crm:live:otp:*:throttle:*')};

    is_deeply(\@shown, [ ($shown[0]) x 3 ], "$card and a guess, shown");
    request($t, SMS => [ CARD => $card, PASSPORT => 'another' ]);
    is(scalar @{$t->redis('KEYS', 'crm:live:otp:*:throttle:*')},
        scalar @limits, "$card and a guess, one destination");
}

my $answer = request($t, SMS => [ CARD => '4000' ]);

is($answer->header('Cache-Control'), 'no-store', 'not to be stored');
is($answer->header('Content-Type'), 'application/json', 'JSON');


# handles of one destination have nothing in common

my %slots = map { substr(handle(request($t, SMS => [ CARD => '4000' ])), 0, 8)
    => 1 } 1 .. 20;

is(scalar keys %slots, 20, 'handles do not show their slot');


# the code, right

my ($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);
my $r = validate($t, [ AUTH_OTP => $handle ], $message->{code});
my $reply = $r->json;

is($r->status, 200, 'right');
is($r->header('Cache-Control'), 'no-store', 'right, not to be stored');
is_deeply($reply->{contact}, { id => 'JOHN', title => 'Mr',
    first_name => 'John', last_name => 'Doe', company_name => '',
    avatar => '', is_verified => 'true' }, 'right, who it is');
is_deeply([ sort keys %$reply ], [ qw(access_token contact exp organisations
    refresh_token) ], 'right, what there is');

is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->body, $wrong,
    'spent');


# ways to name a code that was sent by SMS with CARD

my @named = (
    [ 200, CARD => '4000' ],
    [ 200, CARD => '4000', BIRTHDATE => '1980-02-01' ],
    [ 200, CARD => '4000', EMAIL => 'john@crm.com' ],
    [ 200, AUTH_OTP => 'HANDLE', EMAIL => 'john@crm.com' ],
    [ 200, AUTH_OTP => 'UPPER' ],
    [ 400, EMAIL => 'john@crm.com' ],
    [ 400, EMAIL => 'jane@crm.com' ],
    [ 400, CARD => '4001' ],
    [ 400, CARD => '4000', BIRTHDATE => '1980-02-02' ],
    [ 400, CARD => '4000', EMAIL => 'jane@crm.com' ],
    [ 400, AUTH_OTP => 'HANDLE', EMAIL => 'jane@crm.com' ],
    [ 400, AUTH_OTP => 'HANDLE', EMAIL => 'nobody@crm.com' ],
    [ 400, AUTH_OTP => '12345' ],
    [ 400, AUTH_OTP => '731e4023-4c04-4278-8eb5-240651317e46' ],
    [ 400, AUTH_OTP => '731e4023-4c04-8278-8eb5-240651317e46' ],
    [ 400, AUTH_OTP => '731e4023-4c04-8278-ceb5-240651317e46' ],
    [ 400, AUTH_OTP => '731e4023x4c04-8278-8eb5-240651317e46' ],
    [ 400, AUTH_OTP => '731e4023-4c04-8278-8eb5-240651317e4g' ],
);

for my $named (@named) {
    my ($status, @credentials) = @$named;

    forget_failures();
    ($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);

    my %says = (HANDLE => $handle, UPPER => uc $handle);

    @credentials = map { $says{$_} // $_ } @credentials;
    $r = validate($t, \@credentials, $message->{code});

    is($r->status, $status, "named by @$named[1 .. $#$named]");
    is($r->body, $wrong, "named by @$named[1 .. $#$named], body")
        if $status == 400;
}


# codes that are none

for my $code ('00000', '0000000', 'abc', 'x' x 11, '12 456', "12\x{e9}456",
    '      ')
{
    is(validate($t, [ AUTH_OTP => $handle ], $code)->body, $wrong,
        "code '" . ($code =~ /^[ -~]+$/ ? $code : 'not ASCII') . "'");
}


# another app, another mode

forget_failures();
($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);

is(validate($t, [ AUTH_OTP => $handle ], $message->{code}, key => 'other')
    ->body, $wrong, 'another app');
is(validate($t, [ AUTH_OTP => $handle ], $message->{code}, key => 'test')
    ->body, $wrong, 'another mode');
is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->status, 200,
    'this app');


# five tries

forget_failures();
($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);

is(validate($t, [ AUTH_OTP => $handle ], wrong_code($message))->body, $wrong,
    "try $_") for 1 .. 4;
is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->status, 200,
    'right at the fifth try');

($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);

is(validate($t, [ AUTH_OTP => $handle ], wrong_code($message))->body, $wrong,
    "try $_") for 1 .. 5;
is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->body, $wrong,
    'void after five');


# a new code voids the older one, whatever credential led to either

forget_failures();
($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);

my ($newer, $sent) = sent($t, SMS => [ EMAIL => 'john@crm.com' ]);

is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->body, $wrong,
    'the older one');
is(validate($t, [ CARD => '4000' ], $message->{code})->body, $wrong,
    'the older one by its credential');
is(validate($t, [ AUTH_OTP => $newer ], $sent->{code})->status, 200,
    'the newer one');


# two channels: the newer code is meant

($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);
($newer, $sent) = sent($t, EMAIL => [ CARD => '4000' ]);

is(validate($t, [ CARD => '4000' ], $message->{code})->body, $wrong,
    'the older channel by its credential');
is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->status, 200,
    'the older channel by its handle');
is(validate($t, [ CARD => '4000' ], $sent->{code})->status, 200,
    'the newer channel by its credential');


# two credentials that codes were asked with: the newer code is meant

for my $order ([ CARD => '4000', EMAIL => 'john@crm.com' ],
    [ EMAIL => 'john@crm.com', CARD => '4000' ])
{
    forget_failures();
    sent($t, SMS => [ @$order[0, 1] ]);
    $t->redis('PEXPIRE', $_, 290_000)
        for @{$t->redis('KEYS', 'crm:live:otp:*:latest:*')};
    ($handle, $message) = sent($t, SMS => [ @$order[2, 3] ]);

    is(validate($t, $order, $message->{code})->status, 200,
        "@$order, the newer of both");
    ($handle, $message) = sent($t, SMS => [ @$order[0, 1] ]);
    is(validate($t, $order, $message->{code})->status, 200,
        "@$order, the first is the newer");
}


# over, for several reasons

for my $end (
    [ 'expired' => sub { $t->redis('DEL', code_key()) } ],
    [ 'its contact is disabled' => sub {
        $t->redis('HSET', 'crm:live:contact:{JOHN}', state => 'disabled') } ],
    [ 'its contact is gone' => sub {
        $t->redis('RENAME', 'crm:live:contact:{JOHN}', 'kept') } ])
{
    my ($name, $sub) = @$end;

    forget_failures();
    ($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);
    $sub->();

    is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->body, $wrong,
        $name);
    $t->redis('HSET', 'crm:live:contact:{JOHN}', state => 'active');
}

$t->redis('RENAME', 'kept', 'crm:live:contact:{JOHN}');


# nobody's code fits nothing, whoever guesses it

my $nobody = handle(request($t, SMS => [ CARD => 'nobody' ]));

is(validate($t, [ AUTH_OTP => $nobody ], '000000')->body, $wrong, 'nobody');
is(validate($t, [ CARD => 'nobody' ], '000000')->body, $wrong,
    'nobody, by its credential');


# nothing in Redis holds a code

($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);

my $kept = join "\n", map {
    my $type = $t->redis('TYPE', $_);
    ($_, $type eq 'hash' ? @{$t->redis('HGETALL', $_)}
        : $type eq 'string' ? $t->redis('GET', $_) : ());
} @{$t->redis('KEYS', 'crm:live:otp:*')};

unlike($kept, qr/\b\Q$message->{code}\E\b/, 'no code but in the outbox');


# a new secret makes, and the old one still verifies

my ($old_handle, $old) = sent($t, SMS => [ CARD => '4000' ]);

$t->file('secret2', 'z' x 32);
(my $two = $conf) =~ s/(crm_secret file:%%DIR%%\/secret)/${1}2; $1/;

ok($t->reload($two), 'two secrets');

($handle, $message) = sent($t, EMAIL => [ CARD => '4000' ]);

is(validate($t, [ AUTH_OTP => $old_handle ], $old->{code})->status, 200,
    'the old secret');
is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->status, 200,
    'the new secret');

($handle, $message) = sent($t, EMAIL => [ CARD => '4000' ]);

is(validate($t, [ CARD => '4000' ], $message->{code})->status, 200,
    'the new secret, by its credential');

$two =~ s/cooldown=0/cooldown=0 digits=8/;
$t->reload($two);

($handle, $message) = sent($t, EMAIL => [ CARD => '4000' ]);

like($message->{code}, qr/^\d{8}$/, 'eight digits');
is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->status, 200,
    'eight digits, right');

$t->done;


sub wrong_code {
    my ($message) = @_;
    my $code = $message->{code};

    return sprintf '%06d', ($code + 1) % 1_000_000;
}


# the failures of a destination are not what is tested here

sub forget_failures {
    $t->redis('HDEL', $_, 'failures')
        for @{$t->redis('KEYS', 'crm:live:otp:*:throttle:*')};
}


sub code_key {
    return grep { /$handle/ } @{$t->redis('KEYS', 'crm:live:otp:*')};
}
