#!/usr/bin/perl

# Clients leave at each command of Redis that any flow waits for, whichever
# phase it is in; and then many at once, round after round.  No worker minds,
# nobody else does, and memory stays what it was.

use warnings;
use strict;

use List::Util qw(sum);
use Test::More;

use Test::CRM;
use Test::CRM::Flows qw(provision parts ask flows $lenient);
use Test::CRM::Hard qw(table rss flat);
use Test::CRM::Leave qw(hows leaves left);
use Test::CRM::OTP qw(newest);
use Test::CRM::Process qw(wait_for);
use Test::CRM::Register qw(by_mail);
use Test::CRM::Wire;
use Test::CRM::Words qw(bearer);

use constant ROUNDS => $ENV{HARD_ROUNDS} || 30;
use constant CLIENTS => 300;

my $v1 = '/self-service/v1';
my $base = "$v1/contacts";
my $pass = 'crm_require_tls off;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';
my @apis = (off => 'selfservice; crm_register_verify off',
    mac => 'selfservice; crm_mac_login on',
    opaque => 'selfservice; crm_opaque_tokens on', engagement => 'engagement',
    dmt => 'dmt; crm_otp_verify on', code => 'dmt; crm_otp_verify on;
            crm_answer otp-request');
my $locations = 'location = /active { stub_status; }';

while (my ($path, $api) = splice @apis, 0, 2) {
    $locations .= "\n        location /$path/ { crm_api $api; $pass }";
}

# each revocation of a contact puts its next token a second later: of those
# who sign out of all, faster than that, none shall be ahead of the clock

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    connections => 4096, listen => 'listen 127.0.0.1:%%PORT2%% http2;',
    redis => 'crm_redis unix:%%DIR%%/wire.sock timeout=10s;',
    http => 'crm_api_key_cache off; crm_token_cache 64;',
    server => "$lenient crm_jwt_leeway 10m;",
    locations => $locations));
my $wire = Test::CRM::Wire->new($t,
    asked => qr/\A(?!AUTH|SELECT|SCRIPT|PING|SUBSCRIBE)/);

my $n = 0;

$t->start;
provision($t);
somebody();
$t->client('isu', 'the client secret');
$t->contact('MAC', identities => [ [ MAC_ADDRESS => '01-23-45-67-89-AB' ] ]);
$t->secret('another password', 'the next password');
well('at first');

my @pid = $t->worker_pids;
my @key = (api_key => 'a key of the shop');
my @dmt = (client_id => 'isu', client_secret => 'the client secret',
    'Content-Type' => 'application/json');
my @engagement = (correlationId => 'SO-1', srDate => '11-09-2021',
    source => 'x', destination => 'x', operation => 'x', type => 'x');
my %number = (mobileNumber => '8765432101', username => 'u',
    latlong => '1,2', publicIP => '1.2.3.4');
my $ticket = 'l' . 'A' x 43;

# each as method, target and the rest; who comes is new at each call, as what
# is asked first finds no API key

my %more = (
    'passed' => sub { (GET => "$base/JOHN", headers => [ @key,
        bearer($t->token('JOHN', iat => time + 20)) ]) },
    'passed, opaque' => sub { (GET => '/opaque/contacts/JOHN',
        headers => [ bearer(signed_in('/opaque')->{access_token}) ]) },
    'refresh' => sub { to('refresh', { refresh_token =>
        signed_in()->{refresh_token} }) },
    'theft' => \&theft,
    'sign out' => sub { (POST => "$base/JOHN/sign_out", headers => [
        bearer(signed_in()->{access_token}) ], body => '') },
    'sign out of all' => sub { (POST => "$base/JOHN/sign_out", headers => [
        bearer(signed_in()->{access_token}) ], body => '{"all":true}') },
    'forgot' => sub { to('forgot_password', { username => 'john@crm.com' }) },
    'change' => sub { give('reset', 'newest'); to('change_password', {
        token => $ticket, password => 'the next password' }) },
    'verify' => sub { give('verify'); $t->redis('HSET',
        'crm:live:contact:{JOHN}', is_verified => 'false');
        (GET => "$base/verify_email/$ticket") },
    'register' => sub { to('register', somebody()) },
    'register, off' => sub { (POST => '/off/contacts/register',
        headers => \@key, json => somebody()) },
    'MAC address' => sub { (POST => '/mac/contacts/authenticate',
        headers => \@key, json => { provider => 'MAC_ADDRESS',
        mac_address => '01-23-45-67-89-AB' }) },
    'engagement' => sub { (POST => '/engagement/login',
        headers => \@engagement, json => { email => 'john@crm.com',
        password => 'a good password', source => 'x' }) },
    'dmt, a code' => \&code_text,
    'dmt, a registration' => sub { (POST =>
        '/dmt/process-customer-registration', headers => \@dmt,
        type => undef, json => { %number, name => 'x', otp => code() }) },
);

my @rows = [ 'flow', 'waits', 'left' ];

for my $flow (sort keys %more) {
    my $waits = waits($flow);

    for my $i (1 .. $waits) {
        for my $how (hows()) {
            my @said = $more{$flow}();

            $wire->plan(hold => $i);
            leaves($t, $how, "$flow, $i of $waits",
                sub { $wire->reached }, @said);
            $wire->plan('pass');
            settle();
        }
    }

    push @rows, [ $flow, $waits, $waits * hows() ];
    well($flow);
}


# many at once, of all flows, while Redis stands still

my $memory;

for my $round (1 .. ROUNDS) {

    # their tokens are new, for some of them sign out

    my @said = map { [ said($_) ] } 1 .. 4 * keys %more;
    my @clients;

    kill 'STOP', $t->{pid}{redis};

    for my $i (1 .. CLIENTS) {
        my ($leaves, $class, $port, $leave) = @{(hows())[$i % hows()]};
        my @said = @{$said[$i % @said]};
        my $client = $class->new($t->port($port));

        $client->write($class eq 'Test::CRM::HTTP'
            ? Test::CRM::HTTP->text(@said) : @said);
        push @clients, [ $client, $leave ];
    }

    ok(wait_for(sub { $t->get('/active')->body =~ /Writing: (\d+)/
        && $1 > CLIENTS * 0.9 }), "round $round, they wait");

    my $left = left($t);

    $_->[1]->($_->[0]) for @clients;
    ok(wait_for(sub { left($t) > $left + CLIENTS * 0.9 }),
        "round $round, they have left");
    kill 'CONT', $t->{pid}{redis};
    undef @clients;
    well("round $round");
    $memory = rss(@pid) if $round == int(ROUNDS / 3);
}

flat('all at once', $memory, rss(@pid), 0.03, 256);
push @rows, [ 'all at once', '', ROUNDS * CLIENTS ],
    [ 'KiB after a third, and in the end', $memory, rss(@pid) ];
table(@rows);
is("@{[ $t->worker_pids ]}", "@pid", 'the same worker');

$t->done;


sub said {
    my ($i) = @_;

    my @flows = sort keys %more;

    return $more{$flows[$i % @flows]}();
}


# How many commands a flow waits for: from the last one on, none is held.

sub waits {
    my ($flow) = @_;

    for (my $i = 1; $i < 30; $i++) {
        my @said = $more{$flow}();
        my $client = $t->connect;
        my $answered;

        $wire->plan(hold => $i);
        $client->write(Test::CRM::HTTP->text(@said));
        wait_for(sub { $answered = IO::Select->new($client->{socket})
            ->can_read(0); $answered || $wire->reached });
        $wire->plan('pass');

        my $r = $t->seen($client->response($said[0]));

        is($r->status, $flow eq 'theft' ? 401 : 200, "$flow, $i is passed")
            or diag($r->body);
        return $i - 1 if $answered;
    }
}


# What was held has been done, for the next command of the link has.

sub settle {
    is($t->get("$base/JOHN", api_key => 'nobody')->status, 401, 'settled');
}


sub to {
    my ($to, $json) = @_;

    return (POST => "$base/$to", headers => \@key, json => $json);
}


sub signed_in {
    my ($at) = @_;

    # a changed password is the old one again

    provision($t);

    my $r = $t->post(($at // $v1) . '/contacts/authenticate', {
        provider => 'EMAIL', username => 'john@crm.com',
        password => 'a good password' }, @key);

    is($r->status, 200, 'signed in') or diag($r->body);

    return $r->json;
}


sub theft {
    my $token = signed_in()->{refresh_token};
    my ($sid) = (split /\./, $token)[3];

    $t->redis('HSET', "crm:live:session:{JOHN}:$sid", generation => 3);

    return to('refresh', { refresh_token => $token });
}


sub give {
    my ($kind, $newest) = @_;

    my $digest = $t->sha256_hex($ticket);

    $t->redis('SET', "crm:live:$kind:{$digest}", 'JOHN john@crm.com');
    $t->redis('SET', "crm:live:$kind:{JOHN}:newest", $digest) if $newest;
}


sub somebody {
    my $name = 'new' . ++$n . '@crm.com';

    $t->crm('POST /contacts/register' => { json => { id => "NEW$n" } },
        'POST /process-customer-registration' => '{"status":"SUCCESS"}',
        'GET /contacts/JOHN' => '{"id":"JOHN"}');

    return by_mail($name, 'another password');
}


sub code {
    $t->http(code_text());

    return newest($t)->{code};
}


sub code_text {
    return (POST => '/code/x', headers => \@dmt, type => undef, json => {
        send_method => 'SMS', credentials => [ { name => 'PHONE',
        value => $number{mobileNumber} } ] });
}


sub well {
    my ($name) = @_;

    provision($t);
    ok(wait_for(sub { ask($t, 'send')->status == 200 }), "$name, Redis is up");
    is(ask($t, $_)->status, 200, "$name, $_ is served") for qw(password
        handle);
    ok(wait_for(sub { $t->get('/active')->body =~ /: 1 / }),
        "$name, nobody is left");
}
