#!/usr/bin/perl

# Every route of engagement, dmt and actions, from lists that were written by
# hand from the APIs' documents: right credentials pass, each that lacks is
# refused, and so are other methods and names that are almost the route's.

use warnings;
use strict;

use Test::More;

use Test::CRM;

my @methods = qw(GET POST PUT DELETE PATCH);
my @prefix = (engagement => '/crm/v1', dmt => '/dmt', actions => '/actions');
my %prefix = @prefix;

my $t = Test::CRM->new(crm => { map { ("$_ ~." => '{"crm":1}') } @methods },
    conf => Test::CRM::conf_engagement(
        locations => join('', map { "location $prefix{$_}/ { crm_api $_;
            crm_require_tls off; crm_upstream_envelope selfservice;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%\$crm_path; }\n" }
            qw(dmt actions)) . 'location /token/ { crm_api dmt;
            crm_require_tls off; crm_token on;
            crm_upstream_envelope selfservice;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }',
        location => 'crm_upstream_envelope selfservice;'))->start;

$t->api_key('key');
$t->redis(HSET => 'crm:client:{isu}', secret => $t->sha256_hex('secret'),
    app => 'shop', mode => 'live', state => 'active');

# what a request of an API brings without being asked for, its key, its token

my $bearer = 'Bearer ' . $t->token('CAD1');

my %always = (engagement => [ correlationId => 1, srDate => '11-09-2026',
    source => 'a', destination => 'b', operation => 'c', type => 'numbers',
    Data => 'd' ], dmt => [], actions => []);
my %brings = (
    engagementT => [ Authorization => $bearer ],
    dmtK => [ client_id => 'isu', client_secret => 'secret' ],
    actionsK => [ 'X-Kony-App-Key' => 'key' ],
    actionsT => [ 'X-Kony-Authorization' => $bearer ],
);

my %passed = (
    engagement => '200 {"response":{"success":"true","result":{"crm":1}}}',
    dmt => '200 {"crm":1,"statusCode":"0","statusDesc":"Success",'
        . '"status":"SUCCESS"}',
    actions => '200 {"crm":1,"opstatus":0,"httpStatusCode":200}',
);

my %customer = (mobileNumber => '8765432345', username => 'a',
    latlong => '1,2', publicIP => '::1');
my %action = (UserActionIdentifier => 'U', Status => 'Submitted');
my %profile = (FirstName => 'a', LastName => 'b', DateOfBirth => '1985-10-10',
    Email => 'a@crm.com', MobileCountryCode => '+91',
    MobileNumber => '9994305648');

# API, methods, path, K: its key, T: a token, -: neither; a body that is good;
# what the edge says to it where it answers itself

my @any = map { [ $_, "@methods", '/other/thing', $_ eq 'dmt' ? 'K' : 'T',
    {} ] } qw(engagement dmt actions);

my @routes = (
    [ 'engagement', 'POST', '/login', '-', {},
      refused('engagement', 400, 'BAD_REQUEST',
          "Attribute 'Email' not found in request.") ],
    [ 'engagement', 'POST', '/signup', '-', { password => 'x', acctInfo => {
      platform => 'a', firstName => 'b', lastName => 'c',
      emailAddress => 'd' } } ],
    [ 'engagement', 'POST', '/signup/kyc', '-', {} ],
    [ 'dmt', 'POST', '/get-customer', 'K', \%customer ],
    [ 'dmt', 'POST', '/process-customer-registration', 'K',
      { %customer, name => 'a', otp => '123456' } ],
    [ 'actions', 'POST', '/PersonalInfo/createProspectProfile', 'T',
      \%profile ],
    [ 'actions', 'POST', '/PersonalInfo/updateProspectProfile', 'K',
      { EntityId => 'a' } ],
    [ 'actions', 'POST', '/UserAction/uploadDocument', 'K',
      { UserActionIdentifier => 'U', Response => [ { fileName => 'a.b' } ] } ],
    [ 'actions', 'POST', '/UserAction/getUserActions', 'K', {} ],
    [ 'actions', 'POST', '/UserAction/updateUserAction', 'K', \%action ],
    [ 'actions', 'POST', '/UserAction/updateUserActionBulk', 'K', {} ],
    [ 'actions', 'POST', '/UserAction/createPreRequirements', 'K',
      'jsondata={}' ],
    @any,
);

for my $row (@routes) {
    my ($api, $served, $path, $asks, $body, $answer) = @$row;

    my @right = @{$brings{$api . $asks} // []};
    my $here = $prefix{$api} . $path;
    my $other = $asks eq 'T' ? $brings{$api . 'K'} : $brings{$api . 'T'};

    for my $method (split ' ', $served) {
        is(asked($method, $api, $here, $body, @right),
            $answer // $passed{$api}, "$method $here, right");

        next if $asks eq '-';

        # a registration always repeats what it was

        my $expected = refused($api, 401, $asks);

        $expected =~ s/\{/{"name":"","paramA":"","paramB":"","paramC":"",/
            if $path eq '/process-customer-registration';

        is(asked($method, $api, $here, $body, @{$other // []}), $expected,
            "$method $here, without $asks");
    }

    for my $method (grep { $served !~ /\b$_\b/ } @methods) {
        is(asked($method, $api, $here, undef, @right),
            refused($api, 405) . " Allow: $served", "$method $here");
    }

    next if $path eq '/other/thing';

    for my $almost ($here =~ s{(.*/)(.)}{$1 . ($2 ^ ' ')}er, "$here/") {
        is(asked('POST', $api, $almost, $body, @right),
            refused($api, 404), $almost);
    }
}

is(keys %{{ map { $_->[0] => 1 } @routes }}, 3, 'all three');


# a contact's data is its own behind each of them, for the CRM may be one

for my $row ([ 'engagement', '/crm/v1', @{$brings{engagementT}} ],
    [ 'actions', '/actions', @{$brings{actionsT}} ],
    [ 'dmt', '/token', @{$brings{dmtK}}, @{$brings{engagementT}} ])
{
    my ($api, $prefix, @right) = @$row;

    is(asked('GET', $api, "$prefix/contacts/CAD1/wallets", undef, @right),
        $passed{$api}, "$api, own data");
    is(asked('GET', $api, "$prefix/contacts/CAD2/wallets", undef, @right),
        refused($api, 403), "$api, another's");
    is(asked('GET', $api, "$prefix/Contacts/CAD1/wallets", undef, @right),
        refused($api, 404), "$api, own data in another case");
}

$t->done;


# Status and body, and what methods there are where the edge says so.

sub asked {
    my ($method, $api, $path, $body, @headers) = @_;

    my $r = $t->http($method => $path, headers => [ @{$always{$api}},
        @headers ], !defined $body ? () : ref $body ? (json => $body)
        : (body => $body, type => 'application/x-www-form-urlencoded'));
    my $allow = $r->header('Allow');

    return join ' ', $r->status, $r->body, $allow ? "Allow: $allow" : ();
}


sub refused {
    my ($api, $status, $code, $text) = @_;

    my ($name, $said) = @{{
        'engagement403' => [ 'FORBIDDEN', 'The request is not permitted.' ],
        'engagement404' => [ 'NOT_FOUND', 'Record not found.' ],
        'engagement405' => [ 'METHOD_NOT_ALLOWED', 'Method not allowed.' ],
        'engagement401T' => [ 'UNAUTHORIZED', 'A token is required.' ],
        'actions403' => [ 'FORBIDDEN', 'The request is not permitted.' ],
        'actions404' => [ 'NOT_FOUND', 'Record not found.' ],
        'actions405' => [ 'METHOD_NOT_ALLOWED', 'Method not allowed.' ],
        'actions401K' => [ 'INVALID_API_KEY', 'Invalid app key.' ],
        'actions401T' => [ 'TOKEN_REQUIRED', 'A token is required.' ],
        'dmt401K' => [ '', 'Invalid client' ],
        'dmt403' => [ '', 'Request not permitted' ],
        'dmt404' => [ '', 'Record not found' ],
        'dmt405' => [ '', 'Method not allowed' ],
    }->{$api . $status . ($code // '')} // [ $code, $text ]};

    return qq($status {"response":{"result":{"arguments":{"statusCode":)
        . qq("$status","errorCode":"$name","errorMessage":"$said"}},)
        . '"success":"false"}}' if $api eq 'engagement';

    return qq($status {"opstatus":$status,"errcode":"$name","errmsg":"$said",)
        . qq("httpStatusCode":$status}) if $api eq 'actions';

    return qq($status {"statusCode":"-1","statusDesc":"$said",)
        . '"KYCTypeFlag":false,"status":"FAILED"}';
}
