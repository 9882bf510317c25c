#!/usr/bin/perl

# crm_answer: each flow of the edge, in the APIs whose documents have none or
# one, in their own envelopes; what a flow does is the other tests' matter.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Words qw(bearer);

my @apis = qw(engagement dmt actions);
my @flows = qw(authenticate login otp-request otp-validate refresh sign-out
    forgot-password change-password register);
my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    server => 'crm_require_tls off; crm_register_verify off;
        crm_otp cooldown=0 per_hour=1000;',
    locations => join '', map { my $api = $_;
        "location /$api/ { crm_api $api; crm_upstream_envelope selfservice;
            $pass " . join('', map { "location = /$api/$_ { crm_answer $_;
                $pass }\n" } @flows) . "
            location /$api/verify/ { crm_answer verify-email; $pass } }\n"
    } @apis))->start;

$t->api_key('a key of the shop', app => 'shop');
$t->client('isu', 'the client secret', app => 'shop');

my %brings = (
    engagement => [ map({ $_ => 'x' } qw(correlationId source destination
        operation)), type => 'numbers', srDate => '11-09-2021',
        api_key => 'a key of the shop' ],
    dmt => [ client_id => 'isu', client_secret => 'the client secret' ],
    actions => [ 'X-Kony-App-Key' => 'a key of the shop' ],
);

# the envelope of a success, as a pattern around a payload

my %envelope = (
    engagement => '{"response":{"success":"true","result":{%s}}}',
    dmt => '{%s"statusCode":"0","statusDesc":"Success","status":"SUCCESS"}',
    actions => '{%s"opstatus":0,"httpStatusCode":200}',
);

my $token = '"[\w.-]+"';
my $signed_in = qq("accessToken":$token,"refreshToken":$token,"exp":"\\d+",)
    . '"contactId":"%s","firstName":"John","lastName":"%s"';
my $greeted = qq("success":"true","accessToken":$token,"response":"User )
    . 'logged in correctly","firstName":"John","lastName":"%2$s","segment":"",'
    . '"platform":"","accountNumber":"","email":"[^"]*","mobile":"[^"]*",'
    . '"contactId":"%1$s","pushNotifications":false,"doNotDisturb":false,'
    . '"roaming":false,"accountId":"","profileImage":""';

for my $api (@apis) {
    my $id = 'OF-' . uc $api;
    my $name = "$api\@crm.com";
    my $how = $api eq 'engagement' ? $greeted : $signed_in;
    my $in = sprintf $how, $id, 'Smith';
    my @phone = (credentials => [ { name => 'PHONE',
        value => '+35799123834' } ]);

    $t->contact($id, first_name => 'John', last_name => 'Smith',
        mobile => '+35799123834', password => 'a good password',
        is_verified => 'true', identities => [ [ EMAIL => $name ],
            [ PHONE => '+35799123834' ] ]);
    $t->crm('POST /register' => { json => { id => "NEW-$id" } });

    my $reply = is_said($api, 'login', $in, { email => $name,
        password => 'a good password', source => 'x' });

    $reply = is_said($api, 'authenticate', $in, { provider => 'EMAIL',
        username => $name, password => 'a good password' });

    $reply = is_said($api, 'refresh', $in, {
        refresh_token => token($reply, 'refresh') })
        unless $api eq 'engagement';

    is_said($api, 'sign-out', '', {}, token($reply, 'access'));

    like(is_said($api, 'otp-request', '"obfuscated_value":"\+35799\*\*\*834",'
        . '"auth_otp":"[0-9a-f-]{36}"', { send_method => 'SMS', @phone }),
        qr/auth_otp/, "$api: a handle");
    is_said($api, 'otp-validate', $in, { @phone, code => newest()->{code} });

    is_said($api, 'forgot-password', '', { username => $name });
    is_said($api, 'change-password', '', { token => newest()->{token},
        password => 'another password' });

    is_said($api, 'register', sprintf($how, "NEW-$id", 'Doe'), {
        first_name => 'John', last_name => 'Doe', identity => {
            provider => 'EMAIL', username => "new-$name",
            password => 'a good password' } });
    is_said($api, 'verify/' . newest()->{token}, '');
}

$t->done;


# Asks for a flow, without a body by GET; returns what was said.

sub is_said {
    my ($api, $flow, $payload, $body, $bearer) = @_;

    my @headers = (@{$brings{$api}}, $bearer ? bearer($bearer) : ());
    my $r = $body ? $t->post("/$api/$flow", $body, @headers)
        : $t->get("/$api/$flow", @headers);
    my $open = $envelope{$api} =~ s/([{}])/\\$1/gr;
    my $text = $r->body;

    $payload .= ',' if length $payload && $api ne 'engagement';
    $flow =~ s{/.*}{};

    is($r->status, 200, "$api, $flow: the status");
    like($text, qr/\A${\sprintf $open, $payload}\z/, "$api, $flow");
    $t->secret($text =~ /Token":"([^"]+)"/g);

    return $text;
}


sub token { $_[0] =~ /"$_[1]Token":"([^"]+)"/ ? $1 : undef }

sub newest { ($t->outbox)[-1] }
