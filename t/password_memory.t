#!/usr/bin/perl

# A hash asks for more memory than there is: nothing is known of the password,
# which is no wrong one, be it somebody's or, as its decoy, nobody's.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(slurp wait_for);
use Test::CRM::Words qw(said refused);

use constant ROOM => 200 << 20;     # bytes, and the hash asks for 256 MiB

plan(skip_all => 'a sanitizer or valgrind has no limit')
    if ($ENV{TEST_NGINX_BINARY} // '') =~ /sanitize/
        || $ENV{TEST_NGINX_VALGRIND};

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice())->start;
my ($worker) = $t->worker_pids;

$t->api_key('key');
$t->contact('CAD1', identities => [ [ EMAIL => 'known@crm.com' ] ],
    password_hash => '$argon2id$v=19$m=262144,t=1,p=1$'
    . 'A' x 22 . '$' . 'A' x 43);

# a worker that has hashed has all the memory that it keeps

ok(wait_for(sub { login('known')->status == 400 }), 'a hash is made');

my ($size) = slurp("/proc/$worker/status") =~ /^VmSize:\s+(\d+) kB/m;

is(limit($size * 1024 + ROOM), 0, 'there is little room');
is(said(login($_)), refused('internal'), $_) for qw(known nobody known);

# threads that end load a library, or the worker aborts
is(limit('unlimited'), 0, 'there is room');

$t->done;


sub limit { system('prlimit', "--pid=$worker", "--as=$_[0]:") }


sub login {
    my ($name) = @_;

    return $t->post('/self-service/v1/contacts/authenticate', {
        provider => 'EMAIL', username => "$name\@crm.com",
        password => 'a password' }, api_key => 'key');
}
