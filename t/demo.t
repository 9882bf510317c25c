#!/usr/bin/perl

# make run and make stop: the demo starts, and what it says to type works.

use warnings;
use strict;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use Test::CRM;
use Test::CRM::Process qw(port slurp);

my $demo = abs_path(dirname(__FILE__) . '/../demo');
my $t = Test::CRM->new;
my $run = $t->dir . '/run';

local %ENV = (%ENV, %{$t->environment(0)}, RUN_DIR => $run,
    RUN_PORT => port());

END { system "RUN_DIR=$run $demo/stop" if defined $run && -d $run }

my $guide = `$demo/run 2>&1`;

is($?, 0, 'started') or diag($guide, slurp("$run/error.log"));

my @first = map { slurp("$run/$_.pid") } qw(nginx redis);

$guide = `$demo/run 2>&1`;

is($?, 0, 'started again');
isnt(slurp("$run/nginx.pid"), $first[0], 'as another process');
ok(!kill(0, @first), 'the first has ended');

like(`RUN_DIR=$run.other $demo/run 2>&1`,
    qr/^demo: port $ENV{RUN_PORT} is taken; another: make run RUN_PORT=8090$/m,
    'a port that is taken');

# what it says to type, typed

$t->file('typed', join "\n", $guide =~ /^    (.*)$/mg);

my $said = `bash $run/../typed 2>&1` =~ s/\r//gr;

like($said, qr/^\{"obfuscated_value":"\+35799\*\*\*834",
    "auth_otp":"[^"]+"\}$/mx, 'OTP requested');
like($said, qr/ code \d{6} /, 'OTP in the outbox');
like($said, qr/^\{"access_token":"[^"]+","refresh_token":"[^"]+",.*"Anna"/m,
    'OTP validated');
like($said, qr/^\{"gender":"FEMALE","country":"CYP","contact":"CAD10001",
    "mode":"live"\}$/mx, 'proxied with the token');
like($said, qr/^HTTP\/1\.1[ ]401[ ].*
    ^\{"status":401,"message":"A[ ]token[ ]is[ ]required\."/msx,
    'refused without');
like($said, qr/^HTTP\/1\.1[ ]403[ ].*^\{"status":403,/msx,
    'refused for another');
like($said, qr/^\{"response":\{"success":"true","result":\{
    "success":"true","accessToken":"/mx, 'engagement');
like($said, qr/^\{"path":"\/get-customer",.*"statusCode":"0",
    "statusDesc":"Success","status":"SUCCESS"\}$/mx, 'dmt');
like($said, qr/^\{"path":"\/UserAction\/getUserActions",.*
    "opstatus":0,"httpStatusCode":200\}$/mx, 'actions');
like($said, qr/^\{"path":"\/organisations"\}$/m, 'another dialect');
like($said, qr/^\{"path":"\/get-customer","statusCode":"0",
    "statusDesc":"Success","status":"SUCCESS"\}$/mx, 'dmt of it');
like($said, qr/^\{"path":"\/UserAction\/updateUserActionBulk",
    "opstatus":0,"httpStatusCode":200\}$/mx, 'actions of it');
like($said, qr/^\{"obfuscated_value":"n\*\*\*\@example\.com",
    "auth_otp":"[^"]+"\}$/mx, 'registered');
is(() = $said =~ /"access_token"/g, 2, 'logged in with the password too');

# and what the README does, a request of each API

my @blocks = grep { /:8080/ } slurp("$demo/../README.md")
    =~ /^```sh\n(.*?)^```$/msg;

is(@blocks, 4, 'README, one of each API');

for my $row ([ qr/^\{"access_token":"[^"]+",.*"Anna"/, 'selfservice' ],
    [ qr/^\{"response":\{"success":"true",.*"Anna"/, 'engagement' ],
    [ qr/^\{.*"statusCode":"0","statusDesc":"Success"/, 'dmt' ],
    [ qr/^\{.*"opstatus":0,"httpStatusCode":200\}\z/, 'actions' ])
{
    my ($expected, $api) = @$row;

    $t->file('typed', shift(@blocks) =~ s/:8080/:$ENV{RUN_PORT}/gr);
    like(`bash $run/../typed`, $expected, "README, $api");
}

unlike(slurp("$run/error.log"), qr/\[(?:warn|error|crit|alert|emerg)\]/,
    'nothing logged');

my @pids = map { slurp("$run/$_.pid") } qw(nginx redis);

is(`$demo/stop 2>&1`, '', 'stopped');
ok(!kill(0, @pids), 'both have ended');
is(`$demo/stop 2>&1`, '', 'stopped again');

$t->done;
