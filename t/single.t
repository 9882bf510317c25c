#!/usr/bin/perl

# "master_process off": one process that ends as it should, whatever waits for
# Redis or a thread just then.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Flows qw(provision begin ask $lenient);
use Test::CRM::Process qw(spawn stop wait_for);
use Test::CRM::Wire;

my $nginx = $ENV{TEST_NGINX_BINARY} || '/usr/sbin/nginx';

my %waits = (
    nothing => sub { },

    Redis => sub {
        my ($t, $wire) = @_;

        $wire->plan(hold => 2);
        $t->{waiting} = begin($t, 'send');
        ok(wait_for(sub { $wire->reached }), 'it waits for Redis');
    },

    'a thread' => sub {
        my ($t) = @_;

        $t->redis('HSET', 'crm:live:contact:{JOHN}', password =>
            crypt 'another', '$6$rounds=900000$abcdefgh');
        $t->{waiting} = begin($t, 'password');
        ok(wait_for(sub { $t->error_log =~ /run task #\d+ in thread pool/ }),
            'it waits for a thread');
    },
);

for my $wait (sort keys %waits) {
    ends($wait, $_) for qw(QUIT TERM);
}

done_testing();


sub ends {
    my ($wait, $signal) = @_;

    my $name = "$wait, $signal";
    my $t = Test::CRM->new(log_level => 'debug',
        conf => 'master_process off;'
        . Test::CRM::conf_selfservice(
            redis => 'crm_redis unix:%%DIR%%/wire.sock timeout=20s;',
            http => 'crm_api_key_cache off;', server => $lenient));

    $t->start_redis;
    $t->start_crm;
    $t->crm;

    my $wire = Test::CRM::Wire->new($t);

    provision($t);

    my $pid = spawn([ $nginx, '-p', $t->dir, '-e', $t->dir . '/error.log',
        '-c', $t->file('nginx.conf', $t->expand($t->{conf})) ],
        out => $t->dir . '/nginx.out', env => $t->environment);

    ok(wait_for(sub { eval { ask($t, 'send')->status == 200 } }),
        "$name, serves");

    $waits{$wait}->($t, $wire);

    ok(stop($pid, $signal), "$name, ends");
    is($?, 0, "$name, and well");

    $wire->plan('pass');
    $t->clean;
}
