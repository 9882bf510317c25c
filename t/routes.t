#!/usr/bin/perl

# Every route of the self-service API, from a list that was written by hand
# from the API's documents: right credentials pass, and each that lacks or is
# wrong is refused with its own status and body.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Words qw(said refused bearer);

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    http => 'keepalive_requests 100000;',
    locations => 'location /plain/ {
            crm_api selfservice;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;
        }'))->start;

my $v1 = '/self-service/v1';
my @methods = qw(GET POST PUT DELETE PATCH);

# A route's methods, path, and what it asks for: K an API key, T a token, O
# the token's own data, - nothing.  Then, where the edge answers itself, what
# it says to {} and these credentials; all others reach the CRM.

my @routes = (
    [ 'POST', '/contacts/authenticate', 'K', refused('missing',
      'provider') ],
    [ 'POST', '/contacts/otp', 'K', refused('missing', 'send_method') ],
    [ 'POST', '/contacts/validate-otp', 'K', refused('missing',
      'credentials') ],
    [ 'POST', '/contacts/refresh', 'K', refused('missing',
      'refresh_token') ],
    [ 'POST', '/contacts/forgot_password', 'K', refused('missing',
      'username') ],
    [ 'POST', '/contacts/change_password', '-', refused('missing',
      'token') ],
    [ 'POST', '/contacts/CAD1/sign_out', 'TO', '200 ' ],
    [ 'GET', '/contacts/verify_email/x1', '-', refused('invalid', 'token') ],
    [ 'POST', '/contacts/register', 'K', refused('missing', 'identity') ],
    [ 'POST', '/contacts/CAD1/wifi/authorization', 'K' ],
    [ 'GET', '/contacts/CAD1/approval_requests', 'TO' ],
    [ 'POST', '/approval_requests/x1/actions', 'T' ],
    [ 'POST', '/upload/files', 'T' ],
    [ 'GET DELETE', '/files/x1', 'T' ],
    [ 'DELETE', '/service_requests/x1/files/x2', 'T' ],
    [ 'GET', '/contacts/CAD1/communications', 'TO' ],
    [ 'GET', '/communications/x1', 'T' ],
    [ 'PUT', '/communications/x1/actions', 'T' ],
    [ 'POST', '/printout', 'T' ],
    [ 'GET PUT DELETE', '/contacts/CAD1', 'TO' ],
    [ 'PUT', '/contacts/CAD1/consents', 'TO' ],
    [ 'GET PUT', '/contacts/CAD1/demographics', 'TO' ],
    [ 'GET PUT', '/contacts/CAD1/preferences', 'TO' ],
);

# The rest of the catalogue, which the documents name without paths: whatever
# they are, a token is asked for, and below a contact it is the contact's own.

my @catalogue = (
    'POST /orders', 'POST /orders/preview', 'GET /business/locations',
    'GET /locations', 'GET /products', 'POST /service_requests',
    'POST /payments/intents', 'POST /contacts/CAD1/cards',
    'POST /contacts/CAD1/payment_methods', 'GET /accounts/x1/journals',
    'POST /passes/redeem', 'POST /top_ups', 'POST /transfers',
    'GET /wallets/x1/journals', 'GET /contacts/CAD1/wallets',
    'POST /contacts/CAD1/reward_schemes', 'POST /services',
    'PUT /services/x1', 'POST /usage/authorise', 'POST /service_delivery',
    'PUT /contacts/CAD1/organisations', 'POST /contacts/CAD1/tokens',
    'POST /contacts/CAD1/reclaims', 'POST /credentials',
    'PATCH /services/x1', 'DELETE /contacts/CAD1/organisations/x1',
    'GET /products/x1?include=a&include=b',
);

$t->crm(map { ("$_ ~." => '{"crm":1}') } @methods);

$t->api_key('key');
$t->api_key('test', mode => 'test');
$t->api_key('off', state => 'disabled');
$t->api_key('dmt', apis => 'dmt');

my @key = (api_key => 'key');
my @own = bearer($t->token('CAD1', sid => 's1'));
my @other = bearer($t->token('CAD2', sid => 's2'));

# what is sent, and what is said to it, by what the route asks for

my @anywhere = (
    [ 'an unknown key', [ @own, api_key => 'none' ], 'wrong_api_key' ],
    [ 'an empty key', [ @own, api_key => '' ], 'wrong_api_key' ],
    [ 'a disabled key', [ @own, api_key => 'off' ], 'wrong_api_key' ],
    [ 'a key for another API', [ @own, api_key => 'dmt' ],
      'forbidden_api_key' ],
    [ 'two keys', [ @own, @key, @key ], [ 'bad_request', 'api_key' ] ],
    [ 'two tokens', [ @key, @own, auth_token => 'x' ],
      [ 'bad_request', 'auth_token' ] ],
);

my %lacks = (
    '-' => [ @anywhere ],
    K => [ @anywhere,
        [ 'nothing', [], 'wrong_api_key' ],
        [ 'a token alone', \@own, 'wrong_api_key' ] ],
    T => [ @anywhere,
        [ 'nothing', [], 'no_token' ],
        [ 'a key alone', \@key, 'no_token' ],
        [ 'another scheme', [ Authorization => 'Basic eDp5' ], 'no_token' ],
        [ 'an empty token', [ bearer('') ], 'wrong_token' ],
        [ 'a broken token', [ bearer('x.y.z') ], 'wrong_token' ],
        [ 'an expired token',
          [ bearer($t->token('CAD1', exp => time - 60)) ], 'wrong_token' ],
        [ 'a revoked token', [ bearer($t->token('CAD1', sid => 'gone')) ],
          'wrong_token' ],
        [ 'a token of the other mode',
          [ @key, bearer($t->token('CAD1', mode => 'test')) ],
          'forbidden_api_key' ],
        [ 'a key of the other mode', [ @own, api_key => 'test' ],
          'forbidden_api_key' ] ],
);

my @not_own = [ 'of somebody else', \@other, 'forbidden' ];

$t->redis('ZADD', 'crm:revoked', time + 3600, 's:gone');
$t->redis('PUBLISH', 'crm:events', 'revoke gone ' . (time + 3600));

my $client;
my %right = ('-' => [], K => \@key, T => \@own);


for my $route (@routes) {
    my ($methods, $path, $asks, $edge) = @$route;
    my %served = map { $_ => 1 } split / /, $methods;

    for my $method (@methods) {
        if ($served{$method}) {
            passes($method, $path, $asks, $edge);
            refuses($method, $path, $asks);

        } else {
            my $r = send_it($method, $path, []);

            is(said($r), refused('method_not_allowed'), "$method $path");
            is($r->header('Allow'), $methods =~ s/GET/GET, HEAD/r
                =~ s/(?<!,) /, /gr, "$method $path, what it is");
        }
    }
}

for (@catalogue) {
    my ($method, $path) = split / /;
    my $asks = $path =~ m{/contacts/} ? 'TO' : 'T';

    passes($method, $path, $asks);
    refuses($method, $path, $asks);
}

$t->done;


sub passes {
    my ($method, $path, $asks, $edge) = @_;

    my $headers = $right{substr $asks, 0, 1};
    my $asked = () = $t->crm_log;
    my $r = send_it($method, $path, $headers);

    if (defined $edge) {
        is(said($r), $edge, "$method $path");
        is(scalar(() = $t->crm_log), $asked, "$method $path, at the edge");
        renew() if $path =~ /sign_out/;
        return;
    }

    my @log = $t->crm_log;

    is(said($r), '200 {"crm":1}', "$method $path");
    is(scalar @log, $asked + 1, "$method $path, at the CRM");
    is("$log[-1]{method} $log[-1]{path}", "$method $path",
        "$method $path, as it came");
    renew(iat => time + 20) if "$method $path" eq 'DELETE /contacts/CAD1';
}


sub refuses {
    my ($method, $path, $asks) = @_;

    my $asked = () = $t->crm_log;
    my @rows = @{$lacks{substr $asks, 0, 1}};

    push @rows, @not_own if $asks =~ /O/;

    for (@rows) {
        my ($what, $headers, $reason) = @$_;

        is(said(send_it($method, $path, $headers)),
            refused(ref $reason ? @$reason : $reason),
            "$method $path, $what");
    }

    is(said($t->http($method, "/plain$path", headers => [ @key, @own ],
        has_body($method))), refused('tls_required'),
        "$method $path, without TLS");
    is(scalar(() = $t->crm_log), $asked, "$method $path, none gets through");
}


sub send_it {
    my ($method, $path, $headers) = @_;

    $client //= $t->connect;

    my $r = $client->request($method, "$v1$path", headers => $headers,
        has_body($method));

    undef $client if ($r->header('Connection') // '') eq 'close';

    return $r;
}


sub has_body { $_[0] =~ /POST|PUT|PATCH/ ? (body => '{}') : () }


# after signing out, a token of another session, and of another time where
# the contact was deleted

sub renew { @own = bearer($t->token('CAD1', sid => 's3', @_)) }
