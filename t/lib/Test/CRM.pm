package Test::CRM;

# A test's world: a directory, NGINX with the module, a Redis of its own and
# a stand-in CRM, on ports that no other test has.
#
#     my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice())->start;
#     $t->api_key('key');
#     $t->crm('GET /contacts/CAD1' => '{"id":"CAD1"}');
#     is($t->get('/self-service/v1/contacts/CAD1', api_key => 'key',
#         Authorization => 'Bearer ' . $t->token('CAD1'))->body, '{…}');
#     $t->done;
#
# done() adds to each test: nothing above [error] in the log, no sanitizer's
# report, no secret in a log, no request to the CRM that the test did not
# expect, no worker that crashed, no process left.

use warnings;
use strict;

use Digest::SHA ();
use File::Temp ();
use JSON::PP ();
use Test::More ();

use Test::CRM::Conf;
use Test::CRM::HTTP;
use Test::CRM::JWT;
use Test::CRM::Process qw(slurp spew);

use parent qw(Test::CRM::Server Test::CRM::Store Test::CRM::Judge);

my $json = JSON::PP->new->latin1->canonical->allow_nonref;

my @running;


sub conf_selfservice { Test::CRM::Conf::api('selfservice', @_) }
sub conf_engagement  { Test::CRM::Conf::api('engagement', @_) }
sub conf_dmt         { Test::CRM::Conf::api('dmt', @_) }
sub conf_actions     { Test::CRM::Conf::api('actions', @_) }


# conf; workers (1), log_level (info), module (1: load it), redis (1: run one,
# or a list of arguments for it), crm (a table for the stand-in)

sub new {
    my ($class, %opt) = @_;

    my $t = bless { workers => 1, log_level => 'info', module => 1,
        redis => 1, conf => '', crm => {}, %opt, port => {}, secrets => {},
        allowed => [], pid => {}, owner => $$ }, $class;

    $t->{temp} = File::Temp->newdir('crm-XXXXXX', TMPDIR => 1,
        CLEANUP => !$ENV{TEST_CRM_LEAVE});
    $t->{dir} = "$t->{temp}";
    Test::More::diag("left in $t->{dir}") if $ENV{TEST_CRM_LEAVE};

    mkdir "$t->{dir}/tmp";
    $t->file('jwt.key', join '', map { chr(65 + $_ % 26) } 1 .. 64);
    $t->file('secret', join '', map { chr(97 + $_ % 26) } 1 .. 48);
    $t->secret(map { slurp("$t->{dir}/$_") } qw(jwt.key secret));

    return $t;
}


sub start {
    my ($t) = @_;

    push @running, $t;

    $t->crm(%{$t->{crm}});
    $t->start_redis if $t->{redis};
    $t->start_crm if $t->{conf} =~ /%%CRM_PORT%%/;
    $t->certificate if $t->{conf} =~ /tls\.crt/;
    $t->start_nginx;

    return $t;
}


sub dir        { $_[0]{dir} }
sub sha256_hex { Digest::SHA::sha256_hex($_[1]) }
sub expand     { Test::CRM::Conf::expand(@_) }

# a port by the name that the configuration gives it
sub port       { $_[0]->expand("%%$_[1]%%") }


# A file in the test's directory that only its owner reads; returns its path.

sub file {
    my ($t, $name, $text) = @_;

    my $umask = umask 0077;
    spew("$t->{dir}/$name", $text);
    umask $umask;

    return "$t->{dir}/$name";
}


# Texts that no log may hold; lines of the error log that may be there.

sub secret { my $t = shift; $t->{secrets}{$_} = 1 for @_; return $t; }
sub allow  { my $t = shift; push @{$t->{allowed}}, @_; return $t; }


# Says what the stand-in CRM answers from now on; see Test::CRM::Upstream.

sub crm {
    my ($t, %table) = @_;

    spew("$t->{dir}/crm.table", $json->encode(\%table));

    return $t;
}


# The requests that the stand-in CRM got: method, path, headers (pairs),
# header (by lower-case name), body.

sub crm_log { grep { !exists $_->{unexpected} } $_[0]->crm_lines }


sub crm_lines {
    my ($t) = @_;

    return map { $json->decode($_) } split /\n/, slurp("$t->{dir}/crm.log");
}


# A request as bytes, or as method, target and what Test::CRM::HTTP says.

sub http {
    my ($t, $method, $target, %opt) = @_;

    my $client = $t->connect($opt{port});

    return $t->seen($client->request($method, $target, close => 1, %opt))
        if defined $target;

    $client->write($method);

    return $t->seen($client->response($method =~ /\A(\w+)/));
}


sub get {
    my ($t, $target, @headers) = @_;

    return $t->http(GET => $target, headers => \@headers);
}


# The body is bytes, or a value that is sent as JSON.

sub post {
    my ($t, $target, $body, @headers) = @_;

    return $t->http(POST => $target, headers => \@headers,
        ref $body ? 'json' : 'body', $body);
}


# A connection of the test's own, for keep-alive and pipelines.

sub connect {
    my ($t, $port) = @_;

    return Test::CRM::HTTP->new($port || $t->port('PORT'));
}


sub https { my $t = shift; $t->curl([ '--http1.1' ], @_) }
sub h2    { my $t = shift; $t->curl([ '--http2' ], @_) }


sub curl {
    my ($t, $args, $method, $target, %opt) = @_;

    my $port = $opt{port} || $t->port('TLS_PORT');

    return $t->seen(Test::CRM::HTTP->curl($t->{dir}, $args,
        "https://127.0.0.1:$port$target", $method, %opt));
}


# Tokens that an answer holds must not stand in a log either.

sub seen {
    my ($t, $r) = @_;

    $t->secret($r->body =~ /"(?:access_?token|refresh_?token)":"([^"]+)"/gi);

    return $r;
}


# A token; see Test::CRM::JWT.

sub jwt {
    my ($t, @args) = @_;

    my $token = Test::CRM::JWT::mint(@args);

    $t->secret($token);

    return $token;
}


# A token for a contact, good for 15 minutes, of the shared configurations.

sub token {
    my ($t, $contact, %claims) = @_;

    return $t->jwt('HS512', slurp("$t->{dir}/jwt.key"),
        { sub => $contact, exp => time() + 900, %claims },
        { kid => 'test' });
}


# The last line of a test: ends everything, judges, and plans.

sub done {
    my ($t) = @_;

    $t->clean;
    Test::More::done_testing();
}


# The same as one test among others.

sub clean {
    my ($t) = @_;

    my @wrong = $t->finish;

    Test::More::ok(!@wrong, 'logs, secrets, sanitizers, CRM and processes')
        or Test::More::diag(join "\n", @wrong);
}


sub forget {
    my ($t) = @_;

    @running = grep { $_ != $t } @running;
}


# PIPE: prove was killed, which read what the test prints

my @signals = qw(INT TERM HUP QUIT PIPE);

$SIG{$_} = sub { exit 1 } for @signals;

END {
    my $status = $?;

    # a second one must not keep this from its end
    $SIG{$_} = 'IGNORE' for @signals;

    # each leaves the list when it ends

    for my $t (my @left = grep { $_->{owner} == $$ } @running) {
        Test::More::diag(join "\n", 'done() was not called', $t->finish);
        $status ||= 1;
    }

    $? = $status;
}


1;
