#!/usr/bin/perl

# POST /contacts/authenticate: who gets in, what the reply says, and what
# those who do not get in can learn, which is nothing.

use warnings;
use strict;

use Digest::SHA qw(hmac_sha256);
use JSON::PP ();
use MIME::Base64 qw(decode_base64url encode_base64url);
use Test::More;

use Test::CRM;
use Test::CRM::Process qw(slurp);

my $conf = Test::CRM::conf_selfservice(
    server => 'crm_jwt_issuer https://edge; crm_jwt_audience crm;
        crm_login failures=1000 global=1000;',
    location => 'crm_access_token_ttl 10m; crm_refresh_token_ttl 1d;',
    locations => 'location /mac/ {
            crm_api selfservice;
            crm_require_tls off;
            crm_mac_login on;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;
        }');

my $t = Test::CRM->new(conf => $conf)->start;

my $authenticate = '/self-service/v1/contacts/authenticate';

my $organisations = '[ {"external_id":"Q1","n":1.10,"n":20000000000000000000},'
    . '{"name":"\u00e9"} ]';

$t->api_key('a key of the shop', app => 'shop');
$t->api_key('a key for tests', app => 'shop', mode => 'test');

sub login {
    my ($body, $path) = @_;

    return $t->post($path // $authenticate, $body,
        api_key => 'a key of the shop');
}

sub by_password {
    my ($username, $password) = @_;

    return login({ provider => 'EMAIL', username => $username,
        password => $password });
}

sub refused {
    my ($status, $error, $message, @parameters) = @_;

    return "$status {\"status\":$status,\"message\":\"$message\","
        . "\"error\":\"CRM.EXCEPTIONS.${error}EXCEPTION\",\"parameters\":["
        . join(',', map { "\"$_\"" } @parameters) . ']}';
}

sub missing { refused(400, 'MANDATORYFIELD', 'A mandatory field is missing.',
    @_) }
sub invalid { refused(400, 'INVALIDVALUE', 'A field has an invalid value.',
    @_) }

sub said { $_[0]->status . ' ' . $_[0]->body }

my $wrong = refused(400, 'INVALIDCREDENTIALS', 'Invalid username or '
    . 'password.');


# a contact for each kind of hash that an import may bring, at low costs

my @kinds = (
    [ 'yescrypt', 'y', 'yescrypt password', '$y$j75$abcdefgh' ],
    [ 'scrypt', 's', 'scrypt password', '$7$6U..../....abcdefgh' ],
    [ 'bcrypt', 'b', 'bcrypt password', '$2b$04$' . 'a' x 22 ],
    [ 'SHA-512-crypt', '6', 'sha512 password', '$6$rounds=1000$abcdefgh' ],
    [ 'argon2id', 'a', 'argon2 password', undef, '$argon2id$v=19$m=256,t=2,'
      . 'p=1$c2FsdHNhbHRzYWx0c2FsdA$AV7q7fyiwu4Dayj3v3u2cLYBHQUw+9OI57hWmd4'
      . 'v268' ],
);

for (@kinds) {
    my ($kind, $id, $password, $setting, $hash) = @$_;
    my $cid = "CAD-$id";
    my $email = "$id\@crm.com";

    $hash //= crypt $password, $setting;
    $t->secret($password, $hash);
    $t->contact($cid, password_hash => $hash,
        identities => [ [ EMAIL => $email ] ]);

    my $stored = sub { $t->redis('HGET', "crm:live:contact:{$cid}",
        'password') };

    is(said(by_password($email, "$password?")), $wrong, "$kind: wrong");
    is($stored->(), $hash, "$kind: stays as it is");

    is(by_password($email, $password)->status, 200, "$kind: right");
    like($stored->(), qr/\A\$y\$j9T\$/, "$kind: hashed anew");

    my $fresh = $stored->();

    is(by_password($email, $password)->status, 200, "$kind: right again");
    is($stored->(), $fresh, "$kind: once");
}


# the whole reply

$t->contact('CAD1', password => 'password1234', title => 'Mr',
    first_name => "J\xc3\xb6hn \"\\\n", last_name => 'Doe', avatar => '/a',
    company_name => 'CRM', is_verified => 'true', segment => 'gold',
    organisations => $organisations,
    identities => [ [ EMAIL => 'johndoe@crm.com' ] ]);

my $r = by_password(' JohnDoe@CRM.com' =~ s/ //r, 'password1234');
my $now = time;
my $reply = $r->json;

my ($access, $refresh, $exp) = @$reply{qw(access_token refresh_token exp)};

is(said($r), "200 {\"access_token\":\"$access\","
    . "\"refresh_token\":\"$refresh\","
    . "\"exp\":\"$exp\",\"contact\":{\"id\":\"CAD1\",\"title\":\"Mr\","
    . "\"first_name\":\"J\xc3\xb6hn \\\"\\\\\\n\",\"last_name\":\"Doe\","
    . '"company_name":"CRM","avatar":"/a","is_verified":"true"},'
    . "\"organisations\":$organisations}", 'the reply');
is($r->header('Cache-Control'), 'no-store', 'is not kept');
is($r->header('Content-Type'), 'application/json', 'is JSON');
is($t->post($authenticate, { provider => 'EMAIL', username =>
    'y@crm.com', password => 'yescrypt password' }, 'If-Match', '"x"',
    api_key => 'a key of the shop')->status, 200, 'is given, If-Match or not');

my ($header, $payload) = split /\./, $access;
my $claims = JSON::PP::decode_json(decode_base64url($payload));
my ($sid, $jti) = @$claims{qw(sid jti)};

cmp_ok(abs($claims->{iat} - $now), '<=', 2, 'iat is now');
is_deeply($claims, { sub => 'CAD1', sid => $sid, jti => $jti, app => 'shop',
    mode => 'live', iat => $claims->{iat}, exp => $claims->{iat} + 600,
    iss => 'https://edge', aud => 'crm' }, 'the claims');
is($exp, $claims->{exp}, 'exp is the token\'s');
like($sid, qr/\A[0-9a-f]{32}\z/, 'sid');

$t->crm('GET /contacts/CAD1' => '{"id":"CAD1"}');

is(said($t->get('/self-service/v1/contacts/CAD1',
    Authorization => "Bearer $access")), '200 {"id":"CAD1"}', 'a good token');


# the refresh token, made anew from store.md's words

my ($kid) = $refresh =~ /\Av1\.([0-9a-f]{8})\./;
my $signed = "v1.$kid.CAD1.$sid.1";

sub hkdf {
    my ($info) = @_;

    return hmac_sha256($info . "\1",
        hmac_sha256(slurp($t->dir . '/secret'), "\0" x 32));
}

sub mac { hmac_sha256(join('', map { pack('N', length) . $_ } @_),
    hkdf('crm refresh')) }

is($refresh, "$signed." . encode_base64url(mac('live', 'shop', $signed)),
    'the refresh token');


# the session

my $key = "crm:live:session:{CAD1}:$sid";
my %session = @{$t->redis('HGETALL', $key)};

cmp_ok(abs($session{created} - $now), '<=', 2, 'created now');
is_deeply(\%session, { generation => 1, rotated => $session{created},
    created => $session{created}, app => 'shop', device => '' },
    'the session');
is_deeply($t->redis('ZRANGE', 'crm:live:sessions:{CAD1}', 0, -1,
    'WITHSCORES'), [ $sid, $session{created} + 86400 ], 'its place');
is($t->redis('EXPIRETIME', $_), $session{created} + 86400, "$_: its end")
    for $key, 'crm:live:sessions:{CAD1}';


# the 51st ends the oldest

$t->redis('ZADD', 'crm:live:sessions:{CAD1}', $now + 1000 + $_, "s$_")
    for 1 .. 49;
$t->redis('HSET', 'crm:live:session:{CAD1}:s1', generation => 1);

is(by_password('johndoe@crm.com', 'password1234')->status, 200, 'the 51st');
is($t->redis('ZCARD', 'crm:live:sessions:{CAD1}'), 50, 'are 50');
is($t->redis('ZSCORE', 'crm:live:sessions:{CAD1}', 's1'), undef,
    'without the oldest');
is($t->redis('EXISTS', 'crm:live:session:{CAD1}:s1'), 0, 'and its rest');
is($t->get('/self-service/v1/contacts/CAD1',
    Authorization => 'Bearer ' . $t->token('CAD1', sid => 's1',
        iss => 'https://edge', aud => 'crm'))->status, 401, 'nor its tokens');
is($t->redis('EXISTS', $key), 1, 'the others stay');


# what the store holds may be wrong

$t->contact('CAD2', password => 'password2', organisations => '{"a":1}',
    identities => [ [ EMAIL => 'two@crm.com' ] ]);

is_deeply(by_password('two@crm.com', 'password2')->json->{organisations}, [],
    'organisations that are none');
like($t->error_log, qr/\[error\].*organisations of contact "CAD2"/,
    'are logged');


# those who fail, however they do, are told the same and cost the same

$t->contact('CAD3', password => 'password3', identities => [
    [ EMAIL => 'three@crm.com' ] ]);
$t->contact('CAD4', password => 'password4', state => 'disabled',
    identities => [ [ EMAIL => 'disabled@crm.com' ] ]);
$t->contact('CAD5', identities => [ [ EMAIL => 'none@crm.com' ] ]);
$t->contact('CAD6', password_hash => '$1$old$md5', identities => [
    [ EMAIL => 'unknown-kind@crm.com' ] ]);
$t->contact('CAD7', password_hash => '$2b$04$?', identities => [
    [ EMAIL => 'broken@crm.com' ] ]);
$t->contact('CAD8', password => 'password8', mode => 'test', identities => [
    [ EMAIL => 'test@crm.com' ] ]);
$t->redis('SET', 'crm:live:identity:{EMAIL:bad-id@crm.com}', 'C D');

# what fits, and what would if it were cut off, or were not too long

$t->contact("C-$_->[0]", password_hash => $_->[1], identities => [
    [ EMAIL => "$_->[0]\@crm.com" ] ]) for
    [ long => crypt 'p' x 128, '$6$a' ],
    [ longer => crypt 'p' x 129, '$6$a' ],
    [ bytes => crypt substr("\xf0\x9f\x98\x80" x 128, 0, 511), '$6$a' ],
    [ hash => '$argon2id$v=19$m=8,t=1,p=1$' . 'A' x 332
      . '$PC7WnSP4Ya6FYKB4HYzqDJEA' ];

my @failures = (
    [ 'a wrong password', 'three@crm.com', 'password4' ],
    [ 'an unknown user', 'nobody@crm.com', 'password3' ],
    [ 'a disabled contact', 'disabled@crm.com', 'password4' ],
    [ 'a contact without a password', 'none@crm.com', 'password5' ],
    [ 'a hash of no known kind', 'unknown-kind@crm.com', 'password6' ],
    [ 'a broken hash', 'broken@crm.com', 'password7' ],
    [ 'a contact of the other mode', 'test@crm.com', 'password8' ],
    [ 'a password too long', 'longer@crm.com', 'p' x 129 ],
    [ 'a password of too many bytes', 'bytes@crm.com', "\x{1f600}" x 128 ],
    [ 'a hash too long', 'hash@crm.com', 'password9' ],
    [ 'an id that is none', 'bad-id@crm.com', 'password9' ],
);

my $same;

for (@failures) {
    my ($what, $username, $password) = @$_;

    $t->redis('CONFIG', 'RESETSTAT');

    my $r = by_password($username, $password);
    my $commands = $t->asked;

    is(said($r), $wrong, $what);
    is(join(' ', map { lc $_->[0] } @{$r->{headers}}),
        'server date content-type content-length connection',
        "$what: headers");
    is_deeply($commands, $same //= $commands, "$what: commands");
}

is($same->{evalsha}, 1, 'one script');
is(by_password('long@crm.com', 'p' x 128)->status, 200, '128 characters');
like($t->error_log, qr/\[error\].*contact "$_/, "logged: $_")
    for 'CAD6" has a password hash of no known kind',
        'CAD7" is broken';


# what the body lacks

my @bodies = (
    [ 'no provider', {}, missing('provider') ],
    [ 'an empty provider', { provider => '' }, missing('provider') ],
    [ 'a provider that is null', { provider => undef }, missing('provider') ],
    [ 'a provider that is a number', { provider => 1 }, invalid('provider') ],
    [ 'an unknown provider', { provider => 'TWITTER' }, invalid('provider') ],
    [ 'a provider in lower case', { provider => 'email' },
      invalid('provider') ],
    [ 'a longer provider', { provider => 'EMAILS' }, invalid('provider') ],
    [ 'no username', { provider => 'EMAIL', password => 'p' },
      missing('username') ],
    [ 'a username that is a list', { provider => 'EMAIL', username => [ 1 ],
      password => 'p' }, invalid('username') ],
    [ 'a username that is no address', { provider => 'EMAIL',
      username => 'johndoe', password => 'p' }, invalid('username') ],
    [ 'a password that is a number', { provider => 'EMAIL',
      username => 'johndoe@crm.com', password => 1 }, invalid('password') ],
    [ 'no number', { provider => 'PHONE', country_code => 'CYP' },
      missing('phone_number') ],
    [ 'no country', { provider => 'PHONE', phone_number => '22265566' },
      missing('country_code') ],
    [ 'a country that is a number', { provider => 'PHONE',
      phone_number => '22265566', country_code => 357 },
      invalid('country_code') ],
    [ 'a number that is none', { provider => 'PHONE', phone_number => 'x',
      country_code => 'CYP' }, invalid('phone_number') ],
    [ 'no token', { provider => 'MW4' }, missing('token') ],
    [ 'a token that is an object', { provider => 'GOOGLE', token => {} },
      invalid('token') ],
    [ 'an address, switched off', { provider => 'MAC_ADDRESS',
      mac_address => '01-23-45-67-89-AB' }, invalid('provider') ],
);

is(said(login($_->[1])), $_->[2], $_->[0]) for @bodies;


# without a password an OTP is sent

$t->contact('CAD11', email => 'eleven@crm.com', mobile => '+35722265566',
    identities => [ [ EMAIL => 'eleven@crm.com' ],
        [ PHONE => '+35722265566' ] ]);

my @channels = (
    [ EMAIL => 'eleven@crm.com', 'e***@crm.com',
      { provider => 'EMAIL', username => 'Eleven@crm.com', password => '' } ],
    [ SMS => '+35722265566', '+35722***566', { provider => 'PHONE',
      phone_number => '22 265566', country_code => 'CYP' } ],
    [ SMS => '+35722265566', undef, { provider => 'PHONE',
      phone_number => '+357 22 265566' } ],
);

for (@channels) {
    my ($channel, $to, $shown, $body) = @$_;
    my $r = login($body);

    if (!defined $shown) {
        is($r->status, 429, "$channel: and not at once again");
        next;
    }

    my $reply = $r->json;
    my $message = ($t->outbox)[-1];

    is(said($r), "200 {\"obfuscated_value\":\"$shown\","
        . "\"auth_otp\":\"$reply->{auth_otp}\"}", "$channel: the reply");
    is("@$message{qw(channel to contact mode)}", "$channel $to CAD11 live",
        "$channel: the message");
}


# an address is as good as a password only where the operator says so

$t->contact('CAD10', identities => [ [ MAC_ADDRESS => '01-23-45-67-89-AB' ] ]);

sub by_address {
    my ($address) = @_;

    return login({ provider => 'MAC_ADDRESS', mac_address => $address },
        '/mac/contacts/authenticate');
}

is(by_address('01:23:45:67:89:ab')->json->{contact}{id}, 'CAD10',
    'a registered address');
is(said(by_address('01-23-45-67-89-AC')), $wrong, 'an unknown address');
is(said(by_address('01-23')), invalid('mac_address'), 'no address');
is(said(login({ provider => 'MAC_ADDRESS' }, '/mac/contacts/authenticate')),
    missing('mac_address'), 'none at all');


# what only the CRM can check goes there as it came, but for the credentials

for my $provider (qw(FACEBOOK GOOGLE MW4)) {
    my $body = "{ \"provider\":\"$provider\", \"token\":\"1\\u0032\","
        . ' "n":1.0 }';

    $t->crm('POST /contacts/authenticate' => '{"access_token": "theirs"}');

    my $r = $t->post($authenticate, $body, api_key => 'a key of the shop',
        'X-CRM-App' => 'forged');
    is(said($r), '200 {"access_token": "theirs"}', "$provider: by the CRM");
    is($r->header('Cache-Control'), 'no-store', "$provider: not to be kept");

    my $request = ($t->crm_log)[-1];
    is($request->{body}, $body, "$provider: the body");
    is($request->{header}{api_key}, undef, "$provider: no key");
    is($request->{header}{'x-crm-app'}, 'shop', "$provider: the app");
}

# a refusal is no reason to shake hands again

my $client = $t->connect;

for my $turn (1 .. 3) {
    is(said($client->request(POST => $authenticate, json => {
            provider => 'EMAIL', username => 'nobody@crm.com',
            password => 'a wrong one' },
            headers => [ api_key => 'a key of the shop' ])),
        refused(400, 'INVALIDCREDENTIALS', 'Invalid username or password.'),
        "one connection, refusal $turn");
}

$t->done;
