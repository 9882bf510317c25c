#!/usr/bin/perl

# Customer Actions Management: keys and tokens of two spellings, body rules,
# uploads, and forms.

use warnings;
use strict;

use JSON::PP qw(encode_json);
use MIME::Base64 qw(encode_base64);
use Test::More;

use Test::CRM;
use Test::CRM::Process qw(slurp);

my $base = '/services/data/v1/CustomerActionsManagement/operations';
my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';
my $ok = '{"id":"1","opstatus":0,"httpStatusCode":200}';

my $t = Test::CRM->new(conf => Test::CRM::conf_actions(
    server => 'crm_require_tls off; client_max_body_size 16m;
        client_body_buffer_size 16k;',
    locations => "
        location /stream/ { crm_api actions; proxy_request_buffering off;
            $pass }
        location /small/ { crm_api actions; client_max_body_size 4095k;
            $pass }
        location /enough/ { crm_api actions; client_max_body_size 4m; $pass }
        location /other/ { crm_api actions;
            crm_upstream_envelope selfservice; $pass }"),
    crm => {
        (map { ("POST /$_" => $ok) } qw(PersonalInfo/createProspectProfile
            PersonalInfo/updateProspectProfile UserAction/uploadDocument
            UserAction/getUserActions UserAction/updateUserAction
            UserAction/updateUserActionBulk
            UserAction/createPreRequirements)),
        'POST /Other/operation' => $ok,
    })->start;

my ($worker) = $t->worker_pids;
my $key = $t->api_key('the app key', apis => 'actions');
my $token = $t->token('C1');
my @key = ('X-Kony-App-Key' => $key);
my @token = ('X-Kony-Authorization' => $token);
my $passed = "200 $ok";


sub said { $_[0]->status . ' ' . $_[0]->body }


# KB of memory that the worker has had at most

sub peak { (slurp("/proc/$worker/status") =~ /^VmHWM:\s+(\d+)/m)[0] }


sub failed {
    my ($status, $code, $message) = @_;

    return qq($status {"opstatus":$status,"errcode":"$code",)
        . qq("errmsg":"$message","httpStatusCode":$status});
}


sub missing { failed(400, 'MANDATORY_FIELD',
    "Mandatory field $_[0] is missing.") }
sub invalid { failed(400, 'INVALID_VALUE',
    "Field $_[0] has an invalid value.") }


my $no_json = failed(400, 'INVALID_JSON', 'The body is not valid JSON.');
my $no_key = failed(401, 'INVALID_API_KEY', 'Invalid app key.');
my $no_token = failed(401, 'TOKEN_REQUIRED', 'A token is required.');
my $wrong_token = failed(401, 'INVALID_TOKEN', 'Invalid token.');

my %profile = (FirstName => 'Virat', LastName => 'Kohli',
    DateOfBirth => '1985-10-10', Email => 'v@crm.com',
    MobileCountryCode => '+91', MobileNumber => '9994305648',
    CoApplicantCount => undef);
my %action = (UserActionIdentifier => 'ProofOfIncome_1_2',
    Status => 'Submitted', Response => '');


# who may pass

for my $row (
    [ 'PersonalInfo/createProspectProfile', \%profile, $no_token, @key ],
    [ 'PersonalInfo/createProspectProfile', \%profile, $passed, @token ],
    [ 'PersonalInfo/createProspectProfile', \%profile, $passed,
      @token, @key ],
    [ 'PersonalInfo/createProspectProfile', \%profile, $no_key, @token,
      'X-Kony-App-Key' => 'unknown' ],
    [ 'PersonalInfo/updateProspectProfile', { EntityId => 'E' }, $no_key ],
    [ 'PersonalInfo/updateProspectProfile', { EntityId => 'E' }, $no_key,
      @token ],
    (map { [ "UserAction/$_->[0]", $_->[1], $no_key, @token ],
        [ "UserAction/$_->[0]", $_->[1], $passed, @key ],
        [ "UserAction/$_->[0]", $_->[1], $passed, api_key => $key ] }
        [ getUserActions => 'any' ], [ updateUserAction => \%action ],
        [ updateUserActionBulk => 'any' ]),
    [ 'Other/operation', 'any', $no_token, @key ],
    [ 'Other/operation', 'any', $passed, @token ],
    [ 'Other/operation', 'any', $passed,
      'X-Kony-Authorization' => "Bearer $token" ],
    [ 'Other/operation', 'any', $passed, Authorization => "Bearer $token" ],
    [ 'Other/operation', 'any', $passed, Authorization => "Bearer $token",
      'X-Kony-Authorization' => $token ],
    [ 'Other/operation', 'any', $passed, 'X-Kony-Authorization' => $token,
      Authorization => "Bearer $token" ],
    [ 'Other/operation', 'any', $no_token, Authorization => $token ],
    [ 'Other/operation', 'any', $wrong_token,
      'X-Kony-Authorization' => 'none' ],
    [ 'Other/operation', 'any', $wrong_token,
      'X-Kony-Authorization' => '' ],
    [ 'Other/operation', 'any', failed(400, 'BAD_REQUEST', 'Bad request.'),
      @token, Authorization => 'Bearer ' . $t->token('C2') ],
    [ 'UserAction/getUserActions', 'any',
      failed(400, 'BAD_REQUEST', 'Bad request.'), @key, api_key => $key ])
{
    my ($path, $body, $expected, @headers) = @$row;

    is(said($t->post("$base/$path", $body, @headers)), $expected,
        "$path with " . join ' ', map { substr $_, 0, 30 } @headers);
}

is(said($t->get("$base/UserAction/getUserActions", @key)),
    failed(405, 'METHOD_NOT_ALLOWED', 'Method not allowed.'), 'GET');
is(said($t->post("$base/useraction/getUserActions", '{}', @key)),
    failed(404, 'NOT_FOUND', 'Record not found.'), 'another case');

$t->post("$base/Other/operation", 'any', @token, @key, api_key2 => 1);

my $told = ($t->crm_log)[-1]{header};

is($told->{'x-crm-contact'}, 'C1', 'told whose token it was');
is(join(' ', grep { /kony|authorization/i } sort keys %$told), '',
    'and not the credentials');


# members

for my $row (
    (map { [ 'PersonalInfo/createProspectProfile', \%profile, $_ ] }
        qw(FirstName LastName DateOfBirth Email MobileCountryCode
        MobileNumber)),
    [ 'PersonalInfo/updateProspectProfile', { EntityId => 'E' },
      'EntityId' ],
    (map { [ 'UserAction/updateUserAction', \%action, $_ ] }
        qw(UserActionIdentifier Status)),
    [ 'UserAction/uploadDocument', { UserActionIdentifier => 'U',
      Response => [ { fileName => 'a.pdf' } ] }, 'UserActionIdentifier' ])
{
    my ($path, $body, $member) = @$row;
    my @headers = $path =~ /create/ ? @token : @key;

    is(said($t->post("$base/$path", $body, @headers)), $passed,
        "$path, $member");

    is(said($t->post("$base/$path", { %$body, $member => $_ }, @headers)),
        missing($member), "$path, $member " . ($_ // 'null'))
        for undef, '', ' ';
    is(said($t->post("$base/$path", { %$body, $member => [] }, @headers)),
        invalid($member), "$path, $member []");
    is(said($t->post("$base/$path", escaped($member, $body), @headers)),
        missing($member), "$path, $member of escaped spaces");
    is(said($t->post("$base/$path", '[]', @headers)), $no_json,
        "$path, an array");
}

is(said($t->post("$base/PersonalInfo/createProspectProfile",
    { %profile, DateOfBirth => $_ }, @token)), invalid('DateOfBirth'), $_)
    for qw(10-10-1985 1985-02-29 1985-13-01 1985-1-1 1985-10-10T00:00);


# a body whose member is blank, and does not look it

sub escaped {
    my ($member, $body) = @_;

    my $text = encode_json({ %$body, $member => 'BLANK' });

    return $text =~ s/BLANK/\\u0020 \\u0020/r;
}


# uploads

sub upload {
    my ($response, $path) = @_;

    return $t->post(($path // $base) . '/UserAction/uploadDocument',
        ref $response ? { UserActionIdentifier => 'U',
        Response => $response } : $response, @key);
}


sub file { [ { fileName => 'a.pdf', fileType => 'application/pdf', @_ } ] }


for my $row (
    [ undef, missing('Response') ], [ [], missing('Response') ],
    [ {}, invalid('Response') ], [ [ 1 ], invalid('Response') ],
    [ [ @{file()}, 'x' ], invalid('Response') ],
    [ [ {} ], missing('fileName') ],
    (map { [ file(fileName => $_), missing('fileName') ] } undef, '', ' '),
    (map { [ file(fileName => $_), invalid('fileName') ] } 1, 'pdf',
        '.pdf', 'pdf.', ' a.pdf', "a\nb.pdf", "a\0.pdf",
        map { "a${_}b.pdf" } split //, ',*|:"<>?/\\[]%=;'),
    (map { [ file(fileName => $_), $passed ] } 'a b.pdf', "\x{e9}.pdf",
        'a.tar.gz', "a'(1)_-+&.PDF"),
    [ [ @{file()}, @{file(fileName => 'b')} ], invalid('fileName') ],
    [ [ @{file()}, @{file()} ], $passed ],
    (map { [ file(fileContents => $_), invalid('fileContents') ] } 1, 'YQ',
        'YQ=', 'YR==', 'Y===', 'YWI', 'YWJ=', 'Y*==', 'Y Q=', "YWJj\n",
        'YW=j', '-_==', '===='),
    (map { [ file(fileContents => $_), $passed ] } undef, '', 'YQ==',
        'YWI=', 'YWJj', '+/+/'))
{
    my ($response, $expected) = @$row;
    my $name = defined $response && ref $response eq 'ARRAY'
        && ref $response->[-1]
        ? join ' ', map { $_ // 'null' } %{$response->[-1]} : 'Response';

    is(said(upload($response // '{"UserActionIdentifier":"U"}')), $expected,
        $name);
}

is(said(upload('{"UserActionIdentifier":"U","Response":[{"fileName":"a.p",'
    . '"fileContents":"\/\/+\u0041"}]}')), $passed, 'escaped');
is(said(upload('{"UserActionIdentifier":"U","Response":[{"fileName":"a.p",'
    . '"fileName":"b/p"}]}')), invalid('fileName'), 'two names');
is(said(upload('{"UserActionIdentifier":"U","Response":[{"fileName":'
    . '"a\u002fb.p"}]}')), invalid('fileName'), 'an escaped slash');

my $most = encode_base64('x' x (2 * 1024 * 1024), '');
my $more = encode_base64('x' x (2 * 1024 * 1024 + 1), '');

my $files = join ',', map { qq({"fileName":"a.pdf","fileContents":"$_"}) }
    ($most) x 4, $more;
my $body = '{"UserActionIdentifier":"U","n":1.10,"Response":['
    . '{"fileName":"a.pdf","fileContents":"' . $most . '"}]}';

# held once, as it came: its files are measured, not decoded

my $peak = peak();

is(said(upload($body)), $passed, '2 MiB');
cmp_ok((peak() - $peak) * 1024, '<', 1.5 * length $body, '2 MiB, held once');
ok(($t->crm_log)[-1]{body} eq $body, 'as it came');

for my $path ($base, '/stream', '/enough') {
    is(said(upload($body =~ s/\Q$most\E/$more/r, $path)),
        invalid('fileContents'), "$path, one byte more");
}

is(said(upload(qq({"UserActionIdentifier":"U","Response":[$files]}))),
    invalid('fileContents'), 'the last of five files');
is(said($t->post('/small/UserAction/uploadDocument', 'x' x 4200_000, @key)),
    failed(413, 'TOO_LARGE', 'The request is too large.'), 'too large');
ok(index($t->error_log, 'location "/small/" with crm_api "actions" refuses '
    . 'legal bodies: write client_max_body_size 4M or more') > 0,
    'a warning of nginx -t');
is(scalar(() = $t->error_log =~ /refuses legal bodies/g), 1, 'but one');


# forms

for my $row (
    [ 'jsondata={}', $passed ], [ 'jsondata=%7B%22a%22:1%7D', $passed ],
    [ 'x=1&jsondata={"a":+"b"}&y=2', $passed ],
    [ '', missing('jsondata') ], [ 'jsondata=', missing('jsondata') ],
    [ 'xjsondata={}', missing('jsondata') ],
    [ '{"jsondata":{}}', missing('jsondata') ],
    (map { [ $_, invalid('jsondata') ] } 'jsondata={}&jsondata={}',
        'jsondata={}&json%64ata=x', '%6Asondata=x&jsondata={}',
        'jsondata={}&JSONDATA=x', 'jsondata={}&jsondata',
        'jsondata={}&+jsondata%20=x', 'jsondata[]=x&jsondata={}',
        'jsondata={}&jsondata%5B0%5D=x', 'x=1;jsondata=x&jsondata={}'),
    [ 'JSONDATA={}', missing('jsondata') ],
    [ 'json%64ata={}', missing('jsondata') ],
    [ 'jsondata={"a":"1;2"}&jsondatas=x&json=x&=&&a', $passed ],
    [ 'jsondata=%7', invalid('jsondata') ],
    [ 'jsondata=%zz', invalid('jsondata') ],
    [ 'jsondata={', $no_json ], [ 'jsondata=a', $no_json ])
{
    my ($body, $expected) = @$row;

    is(said($t->http(POST => "$base/UserAction/createPreRequirements",
        headers => \@key, type => 'application/x-www-form-urlencoded',
        body => $body)), $expected, "form '$body'");
}

is(said($t->http(POST => "$base/UserAction/createPreRequirements?$_",
    headers => \@key, type => 'application/x-www-form-urlencoded',
    body => 'jsondata={}')), invalid('jsondata'), "beside ?$_")
    for 'jsondata=x', 'a=1&JSON%44ATA', 'jsondata[]=x';


# two types are two ways to read a body

my $form = 'application/x-www-form-urlencoded';

for my $types ([ $form, 'multipart/form-data; boundary=B' ], [ $form, $form ],
    [ 'application/json', $form ])
{
    is(said($t->http(POST => "$base/UserAction/createPreRequirements",
        headers => [ @key, map { ('Content-Type' => $_) } @$types ],
        type => undef, body => 'jsondata={}')),
        $types->[1] =~ /multi/ ? $no_json : invalid('Content-Type'),
        "types @$types");
}


# another dialect behind it

$t->crm('POST /UserAction/getUserActions' => '{"Income":[],"count":1.10}',
    'POST /UserAction/updateUserAction' => { status => 404,
        body => '{"status":404,"message":"Record not found.","error":'
        . '"CRM.EXCEPTIONS.NOTFOUNDEXCEPTION","parameters":[]}' });

is(said($t->post('/other/UserAction/getUserActions', '{}', @key)),
    '200 {"Income":[],"count":1.10,"opstatus":0,"httpStatusCode":200}',
    'a success of another dialect');
is(said($t->post('/other/UserAction/updateUserAction', \%action, @key)),
    failed(404, 'NOT_FOUND', 'Record not found.'), 'a failure');

$t->done;
