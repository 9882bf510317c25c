#!/usr/bin/perl

# The README's commands for clients that encrypt: they provision one, and get
# its answer.

use warnings;
use strict;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use Test::CRM;
use Test::CRM::Process qw(slurp);

my $t = Test::CRM->new(conf => Test::CRM::conf_dmt(
    location => 'crm_payload_encryption on;'),
    crm => { 'POST /get-customer' => '{"status":"SUCCESS"}' });
my $readme = slurp(abs_path(dirname(__FILE__) . '/../README.md'));
my ($section) = $readme =~ /^### Encrypted dmt\n(.*?)^##? /ms;
my @scripts = $section =~ /^```sh\n(.*?)^```/gms;

$t->start;
is(scalar @scripts, 2, 'two scripts');

my $dir = $t->dir;
my $url = 'http://127.0.0.1:' . $t->port('PORT');

s{/etc/nginx/crm/}{$dir/}, s{redis-cli}{redis-cli -s $dir/redis.sock}g,
    s{https://crm\.example\.com}{$url} for @scripts;

mkdir "$dir/client";
$t->file('guide', join "\n", @scripts);

$ENV{CLIENT_SECRET} = 'its secret';

my $said = `cd $dir/client && bash -eu ../guide 2>&1`;

is($?, 0, 'they run') or diag($said);
like($said, qr/\{"status":"SUCCESS"\}\z/, 'the answer is read');
like(($t->crm_log)[-1]{body}, qr/^\{"mobileNumber":"8765432345",/,
    'the CRM sees it plain');

$t->done;
