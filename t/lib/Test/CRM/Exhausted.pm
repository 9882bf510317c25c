package Test::CRM::Exhausted;

# What is asked of an edge that runs out of memory, flow by flow; functions
# that take the test first.
#
#     my %flows = flows($t);
#
# A flow has: ask, the request as bytes, and what its judgement needs; right,
# the answer; wrong, what a failure looks like, if it is not selfservice's;
# read, what the answer says, if it does not say so itself; meanwhile, what
# happens before it is asked; done, whether what was answered has happened;
# after, whether all is well, whatever was answered.

use warnings;
use strict;

use Exporter qw(import);
use MIME::Base64 qw(encode_base64);

use Test::CRM;
use Test::CRM::ExhaustedKept qw(kept text get post $dmt);
use Test::CRM::Flows ();
use Test::CRM::OTP qw(sent);
use Test::CRM::Process qw(slurp);
use Test::CRM::Register qw(by_mail);
use Test::CRM::Reset qw(reset_token);
use Test::CRM::Words qw(refused bearer);

our @EXPORT_OK = qw(conf crm prepare provision flows);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';
my $v1 = '/self-service/v1';
my $john = '{"id":"JOHN","n":1.10}';
my $large = 20_000;
my $key = 'a key of the shop';
my $n = 0;

my %failure = (
    engagement => qr/\A50\d[ ]\{"response":\{"result":\{"arguments":
        \{"statusCode":"50\d","errorCode":"[^"]+","errorMessage":"[^"]+"\}\},
        "success":"false"\}\}\z/x,
    dmt => $dmt,
    actions => qr/\A50\d[ ]\{"opstatus":50\d,"errcode":"[A-Z_]+",
        "errmsg":"[^"]+","httpStatusCode":50\d\}\z/x,
);


sub conf {
    return Test::CRM::conf_selfservice(
        redis => 'crm_redis unix:%%REDIS%% timeout=1s;',
        http => 'crm_envelope_buffer_size 64k;
            crm_api_key_cache ttl=1h negative_ttl=1h;
            proxy_temp_file_write_size 64k;',
        keys => 'crm_jwt_key HS512 file:%%DIR%%/jwt.key kid=test;
            crm_jwt_key RS256 file:%%DIR%%/rs256.pub kid=rsa;
            crm_jwt_key ES256 file:%%DIR%%/es256.pub kid=ec;',
        server => 'crm_otp cooldown=0 per_hour=1000 per_app=1000000;
            crm_login failures=1000 global=1000;
            crm_require_tls off; lingering_close off;',
        locations => "
            location = /health { crm_status health; }
            location = /status { crm_status json; }
            location = /numbers { crm_status prometheus; }
            location /sealed/ { crm_api engagement; crm_token off;
                crm_api_key off;
                crm_upstream_envelope selfservice; $pass }
            location /opaque/ { crm_api selfservice; crm_opaque_tokens on;
                $pass }
            location /dead/ { crm_api selfservice; crm_token off;
                crm_api_key off;
                proxy_pass http://127.0.0.1:%%DEAD_PORT%%; }
            location /dmt/ { crm_api dmt; crm_otp_verify on; $pass
                location /dmt/send { crm_answer otp-request; $pass } }
            location /actions/ { crm_api actions; client_max_body_size 1m;
                $pass }
            location /secret/ { crm_api dmt; crm_payload_encryption on; $pass }
            location /files/ { crm_api selfservice;
                proxy_request_buffering off; $pass }");
}


sub crm {
    return {
        'GET /contacts/JOHN' => $john,
        'GET /404' => { status => 404, body => '{"status":404,'
            . '"message":"No.","error":"X","parameters":[]}' },
        'GET /large' => { body => '[', fill => [ '"xxxxxxxxxxxxx",', $large,
            '1]' ] },
        'OPTIONS /contacts/JOHN' => { status => 204 },
        'POST /contacts/register' => { status => 201,
            json => { id => 'JANE' } },
        'POST /balance' => '{"balance":1.10}',
        'POST /process-customer-registration' => '{"status":"SUCCESS"}',
        'POST /UserAction/uploadDocument' => '{"opstatus":0}',
        'POST /files' => { status => 201, body => '{"id":1}' },
        'PUT ~MARY' => '{"id":"MARY"}',
        'DELETE ~MARY' => { status => 204 },
    };
}


# The keys that the configuration names; before the start.

sub prepare {
    my ($t) = @_;

    ($t->{rsa}) = Test::CRM::JWT::pair('RS256', $t->{dir});
    ($t->{ec}) = Test::CRM::JWT::pair('ES256', $t->{dir});
}


sub provision {
    my ($t) = @_;

    Test::CRM::Flows::provision($t);
    paul($t);
    $t->client('isu', 'the client secret', app => 'isu');
    $t->secret('a new password');
}


# Whose tokens are revoked by each new password: nobody else's may be.

sub paul {
    my ($t) = @_;

    $t->contact('PAUL', password => 'an old password',
        identities => [ [ EMAIL => 'paul@crm.com' ] ]);
}


# Counters and codes of those that went before, for limits are far lower than
# what is asked here.

sub forget {
    my ($t) = @_;

    my @names = map { @{$t->redis('KEYS', "crm:live:$_:*")} }
        qw(otp reset login session);

    $t->redis('DEL', @names) if @names;
}


sub flows {
    my ($t) = @_;

    my %flows = (proxied($t), refusing($t), sealing($t), edge($t),
        kept($t), mails($t), others($t));

    for my $flow (values %flows) {
        my $ask = $flow->{ask};
        $flow->{ask} = sub { forget($t); $ask->() };
    }

    return %flows;
}


sub proxied {
    my ($t) = @_;

    my @john = bearer($t->token('JOHN', exp => time + 3600));
    my $right = qr/\A200 \Q$john\E\z/;

    # each is new, for those that were verified are kept
    my %new = map {
        my ($alg, $signer) = @$_;
        ($alg => { right => $right, ask => sub {
            get("$v1/contacts/JOHN", bearer($t->jwt($alg, $signer,
                { sub => 'JOHN', exp => time + 3600, jti => ++$n }))) } })
    } ([ HS512 => slurp("$t->{dir}/jwt.key") ], [ RS256 => $t->{rsa} ],
        [ ES256 => $t->{ec} ]);

    return (
        %new,

        passed => { right => $right, ask => sub {
            get("$v1/contacts/JOHN", @john, api_key => $key) } },

        new_key => { right => $right, ask => sub {
            get("$v1/contacts/JOHN", @john, api_key =>
                $t->api_key('a new key ' . ++$n, app => 'shop')) } },

        upload => { right => qr/\A201 \{"id":1\}\z/, ask => sub {
            text(POST => '/files/files', headers => \@john,
                type => 'multipart/form-data; boundary=x',
                body => 'x' x 40_000) } },

        moved => { right => qr/\A200 \{"id":"MARY"\}\z/, ask => sub {
            mary($t, 'PUT', json => { email_address => 'm@crm.com' }) } },

        deleted => { right => qr/\A204 \z/, ask => sub {
            mary($t, 'DELETE') } },
    );
}


# What the CRM does with a contact, which the edge tells Redis besides.

sub mary {
    my ($t, $method, @body) = @_;

    my $id = 'MARY' . ++$n;

    $t->contact($id, email => "$n\@crm.com");

    return text($method => "$v1/contacts/$id", @body, headers => [
        bearer($t->token($id, exp => time + 3600)) ]);
}


sub refusing {
    my ($t) = @_;

    my @john = bearer($t->token('JOHN', exp => time + 3600));
    my @of = (no_token => 'no_token', wrong => 'wrong_token',
        wrong_key => 'wrong_api_key', dead => 'bad_gateway',
        own_data => 'forbidden', long => 'too_large', json => 'invalid_json');
    my %ask = (
        no_token => sub { get("$v1/contacts/JOHN") },
        wrong => sub { get("$v1/contacts/JOHN", bearer('x.y.z')) },
        wrong_key => sub { get("$v1/contacts/JOHN", @john,
            api_key => 'an unknown key ' . ++$n) },
        dead => sub { get('/dead/orders') },
        own_data => sub { get("$v1/contacts/JANE", @john) },
        long => sub { post("$v1/contacts/authenticate", 'x' x 70_000,
            api_key => $key) },
        json => sub { post("$v1/contacts/authenticate", '{"a":}',
            api_key => $key) },
    );
    my %flows;

    while (my ($name, $reason) = splice @of, 0, 2) {
        my $said = refused($reason);
        $flows{$name} = { right => qr/\A\Q$said\E\z/, ask => $ask{$name} };
    }

    return %flows;
}


# An upstream of another dialect: held, failed, and wrapped as it passes.

sub sealing {
    my $body = '[' . '"xxxxxxxxxxxxx",' x $large . '1]';
    my %seal = map { $_ => '{"response":{"success":"true","result":'
        . $_ . '}}' } $john, $body;
    my @headers = (correlationId => '1', srDate => '22-11-2026',
        source => 'APP', destination => 'CRM', operation => 'x');

    return map {
        my ($name, $path, $right) = @$_;
        ($name => { right => $right, wrong => $failure{engagement},
            ask => sub { get("/sealed/$path", @headers) } })
    } (
        [ held => 'contacts/JOHN', qr/\A200 \Q$seal{$john}\E\z/ ],
        [ streamed => 'large', qr/\A200 \Q$seal{$body}\E\z/ ],
        [ failed => '404', qr/\A404 \{"response":\{"result":\{"arguments":/ ],
    );
}


# What the edge answers from Redis, of Test::CRM::Flows.

sub edge {
    my ($t) = @_;

    my %right = (
        send => qr/\A200 \{"obfuscated_value":"[^"]+","auth_otp":"[^"]+"\}\z/,
        handle => qr/\A200 \{"access_token":"[^"]+"/,
    );

    return map {
        my $flow = $_;
        my $sends = $flow =~ /send|mail|phone/;
        ($flow => {
            right => $right{$sends ? 'send' : 'handle'},
            ask => sub {
                (text(POST => Test::CRM::Flows::parts($t, $flow)),
                    scalar(() = $t->outbox));
            },
            done => sub {
                my ($r, $before) = @_;

                return $t->outbox == $before + 1 if $sends;
                return $t->get("$v1/contacts/JOHN",
                    bearer($r->json->{access_token}))->status == 200;
            },
        })
    } Test::CRM::Flows::flows();
}


sub mails {
    my ($t) = @_;

    my $empty = qr/\A200 \z/;

    return (
        forgot => { right => $empty, ask => sub {
            my $before = () = $t->outbox;

            (post("$v1/contacts/forgot_password", {
                username => 'john@crm.com' }, api_key => $key), $before)
        }, done => sub { $t->outbox == $_[1] + 1 } },

        change => { right => $empty, ask => sub {
            my $token = reset_token($t, 'paul@crm.com', key => $key);

            (post("$v1/contacts/change_password", { token => $token,
                password => 'a new password' }), $token)
        }, done => sub {
            my $hash = $t->redis('HGET', 'crm:live:contact:{PAUL}',
                'password');
            my $changed = crypt('a new password', $hash) eq $hash;

            paul($t);

            return $changed;
        } },

        register => { right => qr/\A200 \{"obfuscated_value":/,
            ask => sub {
                my $mail = 'jane' . ++$n . '@crm.com';

                $t->redis('DEL', 'crm:live:contact:{JANE}');

                (post("$v1/contacts/register", by_mail($mail,
                    'a good password'), api_key => $key), $mail)
            }, done => sub { ($t->outbox)[-1]{to} eq $_[1] } },
    );
}


sub others {
    my ($t) = @_;

    my %customer = (mobileNumber => '8618743463', username => 'isutestapi1',
        latlong => '123,234', publicIP => '123.123.123.133',
        name => 'Sangram Keshari');
    my @client = (client_id => 'isu', client_secret => 'the client secret');
    my @token = ('X-Kony-App-Key' => $key,
        'X-Kony-Authorization' => $t->token('C1'));

    return (
        dmt => { right => qr/\A200 \{"status":"SUCCESS"\}\z/,
            wrong => $failure{dmt}, ask => sub {
                $t->post('/dmt/send', { send_method => 'SMS', credentials =>
                    [ { name => 'PHONE', value => '8618743463' } ] },
                    @client);
                post('/dmt/process-customer-registration', { %customer,
                    otp => ($t->outbox)[-1]{code} }, @client)
            } },

        actions => { right => qr/\A200 \{"opstatus":0\}\z/,
            wrong => $failure{actions}, ask => sub {
                post('/actions/UserAction/uploadDocument', {
                    UserActionIdentifier => 'U', Response => [ {
                    fileName => 'a.pdf', fileContents =>
                    encode_base64('x' x 30_000, '') } ] }, @token)
            } },

        status => { right => qr/\A200 \{"requests_passed":/,
            wrong => qr/\A50\d /, ask => sub { get('/status') } },

        numbers => { right => qr/\A200 \# HELP /, wrong => qr/\A50\d /,
            ask => sub { get('/numbers') } },

        preflight => { right => qr/\A20\d /, ask => sub {
            text(OPTIONS => "$v1/contacts/JOHN", headers => [
                Origin => 'http://x', 'Access-Control-Request-Method' =>
                'GET' ]) } },
    );
}


1;
