#!/usr/bin/perl

# Customer Engagement Services: headers, sign-up rules, the login.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);

my $t = Test::CRM->new(conf => Test::CRM::conf_engagement(
    https => 1,
    http => 'log_format c "$crm_correlation_id|$crm_route|$crm_result";',
    location => 'client_body_buffer_size 1k;',
    locations => '
        location /crm/v1/send-otp { crm_api engagement;
            crm_require_tls off; crm_answer otp-request; }
        location /crm/v1/check-otp { crm_api engagement;
            crm_require_tls off; crm_answer otp-validate; }
        location /keyed/ { crm_api engagement; crm_require_tls off;
            crm_api_key on;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }
        location /dead/ { crm_api engagement; crm_require_tls off;
            proxy_pass http://127.0.0.1:%%DEAD_PORT%%; }
        location /bare/ { crm_api engagement; crm_require_tls off;
            proxy_request_buffering off;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }',
    server => 'access_log %%DIR%%/access.log c;
        crm_otp cooldown=0 per_hour=1000;'),
    crm => {
        'POST /signup' => '{"response":{"success":"true","result":{}}}',
        'POST /signup/kyc' => { body => '{"a":1.10}',
            headers => [ correlationId => 'theirs' ] },
        'GET /orders' => '{"orders":[]}',
    })->start;

my @headers = (correlationId => 'SO-101', srDate => '11-09-2021',
    source => 'Selfcare', destination => 'CRM', operation => 'verifyOTP');
my @typed = (@headers, type => 'numbers');
my $signup = { acctInfo => { platform => 'Postpaid', firstName => 'Ravi',
    lastName => 'emos', emailAddress => 'ravi@crm.com' },
    password => 'secret word' };


sub failure {
    my ($status, $code, $message) = @_;

    return qq($status {"response":{"result":{"arguments":{"statusCode":)
        . qq("$status","errorCode":"$code","errorMessage":"$message"}},)
        . '"success":"false"}}';
}


sub bad     { failure(400, 'BAD_REQUEST', $_[0]) }
sub missing { bad("Attribute '$_[0]' not found in request.") }
sub invalid { bad("Attribute '$_[0]' has an invalid value.") }
sub said    { $_[0]->status . ' ' . $_[0]->body }


# the headers but for one, or with another value

sub but {
    my ($name, $value) = @_;

    my @list = @typed;
    my @kept;

    while (my ($key, $was) = splice @list, 0, 2) {
        push @kept, $key, $key eq $name ? $value : $was
            if $key ne $name || defined $value;
    }

    return @kept;
}


# headers, each missing, blank and wrong

for my $name (qw(correlationId srDate source destination operation)) {
    for my $value (undef, '', '  ', "\t", " \t ") {
        is(said($t->post('/crm/v1/signup', $signup, but($name, $value))),
            missing($name), "$name " . ($value // 'missing'));
    }

    is(said($t->post('/crm/v1/signup', $signup, @typed, $name => 'another')),
        invalid($name), "$name twice");
}

for my $day ('2021-09-11', '31-02-2021', '29-02-2023', '00-01-2021',
    '1-9-2021', '11/09/2021', '11-13-2021', '11-09-0000', '11-09-20211')
{
    is(said($t->post('/crm/v1/signup', $signup, but(srDate => $day))),
        invalid('srDate'), "srDate $day");
}

is($t->post('/crm/v1/signup', $signup, but(srDate => '29-02-2024'))->status,
    200, 'a leap day');

for my $id ("\xe9", 'x' x 129, "a\tb") {
    my $r = $t->post('/crm/v1/signup', $signup, but(correlationId => $id));

    is(said($r), invalid('correlationId'), 'a correlation id of '
        . length $id);
    is($r->header('correlationId'), '', 'it does not come back');
}

is(said($t->post('/crm/v1/signup', $signup)), missing('correlationId'),
    'the first that is missing');
is(said($t->get('/crm/v1/orders')), missing('correlationId'),
    'headers before the token');
is(said($t->get('/crm/v1/orders', @headers)),
    failure(401, 'UNAUTHORIZED', 'A token is required.'), 'a token');
is(said($t->get('/crm/v1/orders', @headers, Authorization => 'Bearer x')),
    failure(401, 'UNAUTHORIZED', 'Invalid token.'), 'a wrong token');
is(said($t->get('/crm/v1/orders', @headers,
    Authorization => 'Bearer ' . $t->token('CAD1'))), '200 {"orders":[]}',
    'a right token');
is(said($t->get('/crm/v1/signup', @headers)),
    failure(405, 'METHOD_NOT_ALLOWED', 'Method not allowed.'), 'GET');
is(said($t->post('/keyed/signup', $signup, @headers)),
    failure(401, 'UNAUTHORIZED', 'Invalid API key.'), 'crm_api_key on');

my $key = $t->api_key('good-key', apis => 'engagement', app => 'web');
my $other = $t->api_key('other-key', apis => 'dmt');

is($t->post('/keyed/signup', $signup, @headers, api_key => $key)->status,
    200, 'a key');
is(said($t->post('/crm/v1/signup', $signup, @headers, api_key => $other)),
    failure(403, 'FORBIDDEN',
    'The API key has no permission for this request.'), 'another API');


# the correlation id goes up, comes back, and is logged

my $r = $t->post('/crm/v1/signup', $signup, but(correlationId => 'SO 7~'));

is($r->header('correlationId'), 'SO 7~', 'back');
is(($t->crm_log)[-1]{header}{correlationid}, 'SO 7~', 'up');
ok(wait_for(sub { slurp('access.log') =~ m{^SO 7~\|/signup\|passed$}m }),
    'logged');

for my $row (
    [ 'a refusal', $t->post('/crm/v1/signup', '{}', @headers) ],
    [ 'no token', $t->get('/crm/v1/orders', @headers) ],
    [ 'an upstream that has one', $t->post('/crm/v1/signup/kyc', 'x',
      @typed, Data => 'd') ],
    [ 'no upstream', $t->post('/dead/signup', $signup, @headers) ],
    [ 'a doubtful path', $t->get('/crm/v1/x%2fy', @headers) ])
{
    is($row->[1]->header('correlationId'), 'SO-101', "back with $row->[0]");
}


sub slurp {
    my ($name) = @_;

    open my $fh, '<', $t->dir . "/$name" or die "$name: $!";
    local $/;

    return scalar <$fh>;
}


# sign-up

sub changed {
    my ($path, $value) = @_;

    my %info = %{$signup->{acctInfo}};
    my %body = (%$signup, acctInfo => \%info);
    my ($outer, $inner) = split /\./, $path;

    (defined $inner ? $body{$outer}{$inner} : $body{$outer}) = $value;

    return \%body;
}

for my $row (
    [ 'acctInfo.platform', 'Platform' ],
    [ 'acctInfo.firstName', 'FirstName' ],
    [ 'acctInfo.lastName', 'LastName' ],
    [ 'acctInfo.emailAddress', 'EmailAddress' ],
    [ 'password', 'Password' ])
{
    my ($path, $name) = @$row;

    for my $value (undef, '', ' ') {
        is(said($t->post('/crm/v1/signup', changed($path, $value),
            @headers)), missing($name), "$path " . ($value // 'null'));
    }

    is(said($t->post('/crm/v1/signup', changed($path, 1), @headers)),
        invalid($name), "$path 1");
}

for my $row (
    [ changed('acctInfo', undef), missing('Platform'), 'acctInfo null' ],
    [ changed('acctInfo', 'x'), missing('Platform'), 'acctInfo a text' ],
    [ changed('lineItems', {}), invalid('LineItems'), 'lineItems {}' ],
    [ changed('lineItems', ''), invalid('LineItems'), 'lineItems ""' ],
    [ '', bad('Request is not valid JSON.'), 'nothing' ],
    [ '[]', bad('Request is not valid JSON.'), 'an array' ],
    [ '{"acctInfo":', bad('Request is not valid JSON.'), 'half' ],
    [ '{"acctInfo":{"platform":"a","platform":"b"}}', invalid('Platform'),
      'twice' ])
{
    my ($body, $expected, $name) = @$row;
    my $n = () = $t->crm_log;

    is(said($t->post('/crm/v1/signup', $body, @headers)), $expected, $name);
    is(scalar(() = $t->crm_log), $n, "$name, not passed");
}

my $large = '{"acctInfo":{"platform":"a","firstName":"b","lastName":"c",'
    . '"emailAddress":"d"},"password":"e","n":1.10,"pad":"' . 'x' x 200_000
    . '"}';

for my $row (
    [ '/crm/v1/signup', changed('lineItems', [ {} ]), 'lineItems [{}]' ],
    [ '/crm/v1/signup', changed('lineItems', undef), 'lineItems null' ],
    [ '/crm/v1/signup', $large, 'a body in a file' ],
    [ '/bare/signup', $large, 'proxy_request_buffering off' ])
{
    my ($path, $body, $name) = @$row;

    $r = $t->post($path, $body, @headers);
    is(said($r), '200 {"response":{"success":"true","result":{}}}', $name);
    ok(ref $body || ($t->crm_log)[-1]{body} eq $body, "$name, as it came");
}

is(said($t->http("POST /crm/v1/signup HTTP/1.1\r\nHost: a\r\n"
    . join('', map { "$headers[2 * $_]: $headers[2 * $_ + 1]\r\n" } 0 .. 4)
    . "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    . join('', map { sprintf "%x\r\n%s\r\n", length $_, $_ }
        unpack('(a30000)*', $large), ''))),
    '200 {"response":{"success":"true","result":{}}}', 'chunked');
is(said($t->h2(POST => '/crm/v1/signup', headers => \@headers,
    body => $large)), '200 {"response":{"success":"true","result":{}}}',
    'HTTP/2');
is(said($t->http(POST => '/crm/v1/signup', headers => \@headers,
    type => 'multipart/form-data; boundary=b', json => $signup)),
    bad('Request is not valid JSON.'), 'multipart');

is(said($t->post('/crm/v1/signup/kyc', 'x', @typed)), missing('Data'), 'kyc');
is(said($t->post('/crm/v1/signup/kyc', 'x', @headers, Data => 'd')),
    missing('type'), 'kyc, its type');
is(said($t->post('/crm/v1/signup/kyc', 'x', @typed, Data => 'd')),
    '200 {"a":1.10}', 'kyc, any body');
is(($t->crm_log)[-1]{header}{data}, 'd', 'kyc, told');


# an upstream that is not there

$r = $t->post('/dead/signup', $signup, @headers);

is(said($r), failure(500, 'Downstream error',
    '- Not Able to connect with CRM.'), 'downstream');
is($r->header('Content-Length'), length $r->body, 'downstream, length');


# the login

$t->contact('11937', first_name => 'Ravi', last_name => 'emos',
    segment => 'Individual', platform => 'Postpaid',
    account_number => 'ACC10533', email => 'ravi@crm.com',
    mobile => '+918144094480', push_notifications => 'true',
    account_id => '11936', profile_image => 'http://crm/p.png',
    password => 'a good password', identities => [
    [ EMAIL => 'ravi@crm.com' ], [ PHONE => '+918144094480' ] ]);

my %login = (email => 'Ravi@CRM.com', password => 'a good password',
    source => 'Selfcare');

for my $row ([ email => 'Email' ], [ password => 'Password' ],
    [ source => 'Source' ])
{
    my ($member, $name) = @$row;

    is(said($t->post('/crm/v1/login', { %login, $member => undef },
        @typed)), missing($name), "login without $member");
    is(said($t->post('/crm/v1/login', { %login, $member => 1 }, @typed)),
        invalid($name), "login, $member a number");
}

for my $row ([ deviceId => 256 ], [ fireBaseMessagingToken => 4096 ]) {
    my ($member, $most) = @$row;

    is(said($t->post('/crm/v1/login', { %login, $member => $_ }, @typed)),
        invalid(ucfirst $member), "login, $member " . substr $_, 0, 3)
        for 1, 'x' x ($most + 1);
}

is(said($t->post('/crm/v1/login', \%login, @headers)), missing('type'),
    'login without type');

for my $wrong ({ password => 'another' }, { email => 'no@crm.com' },
    { email => 'no address' })
{
    is(said($t->post('/crm/v1/login', { %login, %$wrong }, @typed)),
        bad('Invalid username/password'), "login, @{[ %$wrong ]}");
}

$r = $t->post('/crm/v1/login', { %login, deviceId => 'phone 1',
    fireBaseMessagingToken => 'f:ire' }, @typed, api_key => $key);

my $token = $r->json->{response}{result}{accessToken};

is(said($r), '200 {"response":{"success":"true","result":{"success":"true",'
    . qq("accessToken":"$token","response":"User logged in correctly",)
    . '"firstName":"Ravi","lastName":"emos","segment":"Individual",'
    . '"platform":"Postpaid","accountNumber":"ACC10533",'
    . '"email":"ravi@crm.com","mobile":"+918144094480",'
    . '"contactId":"11937","pushNotifications":true,"doNotDisturb":false,'
    . '"roaming":false,"accountId":"11936",'
    . '"profileImage":"http://crm/p.png"}}}', 'login');
is($r->header('Cache-Control'), 'no-store', 'login, no-store');
is($r->header('correlationId'), 'SO-101', 'login, correlated');

my ($sid) = @{$t->redis(ZRANGE => 'crm:live:sessions:{11937}', 0, -1)};
my %session = @{$t->redis(HGETALL => "crm:live:session:{11937}:$sid")};

is($session{device}, 'phone 1', 'its device');
is($session{push}, 'f:ire', 'its messaging token');
is($session{app}, 'web', 'its app');
is(said($t->get('/crm/v1/orders', @headers,
    Authorization => "Bearer $token")), '200 {"orders":[]}', 'its token');
is($t->post('/crm/v1/login', \%login, @typed)->status, 200,
    'login without a key');


# one-time passwords speak this envelope, in the alphabet that type names

my $card = [ { name => 'PHONE', value => '+918144094480' } ];
my %send = (send_method => 'SMS', credentials => $card);

for my $row ([ numbers => qr/^\d{6}$/ ], [ alphabets => qr/^[A-Z]{6}$/ ],
    [ alphanumeric => qr/^[A-Z0-9]{6}$/ ], [ undef, qr/^\d{6}$/ ])
{
    my ($type, $form) = @$row;
    my @type = $type ? (type => $type) : ();

    $type //= 'none';
    $r = $t->post('/crm/v1/send-otp', \%send, @headers, @type);

    my $handle = $r->json->{response}{result}{auth_otp};

    is(said($r), '200 {"response":{"success":"true","result":'
        . qq({"obfuscated_value":"+91814***480","auth_otp":"$handle"}}}),
        "type $type");

    my $code = ($t->outbox)[-1]{code};

    like($code, $form, "type $type, the code");

    $r = $t->post('/crm/v1/check-otp', { code => lc $code, credentials => [
        { name => 'AUTH_OTP', value => $handle } ] }, @headers, @type);
    is($r->json->{response}{result}{contactId}, '11937', "$type, signed in");

    is(said($t->post('/crm/v1/check-otp', { code => $code, credentials => [
        { name => 'AUTH_OTP', value => $handle } ] }, @headers, @type)),
        bad('Invalid OTP'), "$type, spent");
}

is(said($t->post('/crm/v1/send-otp', \%send, @headers, type => 'runes')),
    invalid('type'), 'an unknown alphabet');
is(said($t->post('/crm/v1/send-otp', {}, @headers)), missing('send_method'),
    'a member of the flow');

$t->done;
