package Test::CRM::ExhaustedKept;

# Flows of Test::CRM::Exhausted that live off what Redis keeps: sessions,
# opaque tokens, a client's wrapped keys, revocations; and how each is asked.

use warnings;
use strict;

use Exporter qw(import);

use Test::CRM;
use Test::CRM::HTTP;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Sealed;
use Test::CRM::Words qw(bearer);

our @EXPORT_OK = qw(kept text get post $dmt);

my $v1 = '/self-service/v1';
my $john = '{"id":"JOHN","n":1.10}';
my $key = 'a key of the shop';
my $n = 0;

our $dmt = qr/\A(?:200|50\d)[ ]\[?\{(?:"(?:name|mobileNumber|param[ABC])":
    "[^"]*",)*"statusCode":"4","statusDesc":"[A-Z][^"]+",
    "KYCTypeFlag":false,"status":"FAILED"\}\]?\z/x;


sub kept { (tokens($_[0]), encrypted($_[0]), events($_[0])) }


sub text {
    my ($method, $target, %opt) = @_;

    return Test::CRM::HTTP->text($method, $target, close => 1, %opt);
}


sub get  { text(GET => $_[0], headers => [ @_[1 .. $#_] ]) }
sub post { text(POST => $_[0], headers => [ @_[2 .. $#_] ],
    ref $_[1] ? 'json' : 'body', $_[1]) }


sub tokens {
    my ($t) = @_;

    my $pair = qr/\A200 \{"access_token":"[^"]+"/;
    my $sign_in = sub { ask_until($t, "$v1/contacts/authenticate") };
    return (
        refresh => { right => $pair, ask => sub {
            my $reply = $sign_in->();

            post("$v1/contacts/refresh", {
                refresh_token => $reply->{refresh_token} }, api_key => $key)
        }, done => sub { $t->get("$v1/contacts/JOHN",
            bearer($_[0]->json->{access_token}))->status == 200 } },

        sign_out => { right => qr/\A200 \z/, ask => sub {
            my $token = $sign_in->()->{access_token};

            (post("$v1/contacts/JOHN/sign_out", {}, bearer($token)), $token)
        }, done => sub { $t->get("$v1/contacts/JOHN",
            bearer($_[1]))->status == 401 } },

        opaque => { right => qr/\A200 \Q$john\E\z/, ask => sub {
            my $reply = ask_until($t, '/opaque/contacts/authenticate');

            get('/opaque/contacts/JOHN', bearer($reply->{access_token}))
        } },

        opaque_login => { right => $pair, ask => sub {
            post('/opaque/contacts/authenticate', { provider => 'EMAIL',
                username => 'john@crm.com', password => 'a good password' },
                api_key => $key)
        }, done => sub { $t->get('/opaque/contacts/JOHN',
            bearer($_[0]->json->{access_token}))->status == 200 } },
    );
}


sub ask_until {
    my ($t, $path) = @_;

    my $r = $t->seen($t->post($path, { provider => 'EMAIL',
        username => 'john@crm.com', password => 'a good password' },
        api_key => $key));

    return $r->json || die 'no login: ' . $r->body;
}


# Opened by the client: what is in brackets was not encrypted.

sub encrypted {
    my ($t) = @_;

    my $path = '/secret/balance';
    my %cipher = (
        gcm => Test::CRM::Sealed->new($t, 'isu.gcm', 'the client secret'),
        cbc => Test::CRM::Sealed->new($t, 'isu.cbc', 'the client secret',
            cipher => 'cbc', mac => 1),
    );

    return map {
        my $client = $cipher{$_};
        ("sealed_$_" => {
            right => qr/\A200 \{"balance":1\.10\}\z/,
            wrong => $dmt,
            ask => sub {
                my $proof = $client->proof(POST => $path);

                (post($path, $client->body($proof, '{"n":1}'),
                    $client->headers($proof)), $proof)
            },
            read => sub { $client->opened(@_) },
        })
    } sort keys %cipher;
}


# What Redis says unasked, and what becomes of its links.

sub events {
    my ($t) = @_;

    my @john = bearer($t->token('JOHN', exp => time + 3600));
    my $said = qr/\A200 \Q$john\E\z/;
    my $get = sub { $t->get("$v1/contacts/JOHN", @_)->status };
    my ($sid, @theirs);

    my $begin = sub {
        $sid = 'session-' . ++$n;
        @theirs = bearer($t->token('JOHN', sid => $sid,
            iat => int(time) - 1, exp => time + 3600));
        get("$v1/contacts/JOHN", @john)
    };
    my $revoke = sub { $t->redis(ZADD => 'crm:revoked', int(time)
        + 3600, "s:$sid") };
    my $told = sub { $t->redis(CLIENT => 'LIST', TYPE => 'pubsub') ne '' };
    my $ends = sub { wait_for(sub { $get->(@theirs) == 401 }, 5) };

    return (
        revoked => { right => $said, ask => $begin, meanwhile => sub {
            $revoke->();
            $t->redis(PUBLISH => 'crm:events', "revoke s:$sid "
                . (int(time) + 3600));
        }, after => $ends },

        cut => { right => qr/$said|\A50[0234][ ]/, ask => $begin,
            meanwhile => sub {
                $revoke->();
                $t->redis('CLIENT', 'KILL', 'TYPE', $_, 'SKIPME', 'yes')
                    for qw(pubsub normal);
                wait_for($told, 0.3);
            }, after => sub { $ends->() && wait_for(sub {
                $get->(@john, api_key => $t->api_key('a later key ' . ++$n,
                    app => 'shop')) == 200 }, 5) } },
    );
}


1;
