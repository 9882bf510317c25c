#!/usr/bin/perl

# A contact with more sessions than any edge opens: all of them end, page by
# page, and Redis never sends more of them than a reply may hold.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Reset qw(change reset_token);
use Test::CRM::Session qw(sign_in refresh);
use Test::CRM::Words qw(said refused bearer);

use constant ALL => 50_000;

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    redis => 'crm_redis unix:%%REDIS%% timeout=30s;',
    http => 'crm_api_key_cache ttl=1h;',
    locations => 'location = /health { crm_status health; }'))->start;

my $v1 = '/self-service/v1/contacts';
my $sessions = 'crm:live:sessions:{JOHN}';

$t->api_key('key', app => 'shop');
$t->contact('JOHN', password => 'password1234',
    identities => [ [ EMAIL => 'john@crm.com' ] ]);
ok(wait_for(sub { $t->get('/health')->status == 200 }), 'ready');

my %ends = (
    'sign-out' => sub { $t->post("$v1/JOHN/sign_out", '{"all":true}',
        bearer($_[0]{access_token})) },
    'a new password' => sub { change($t, reset_token($t, 'john@crm.com'),
        'a new password') },
);

for my $end (sort { $b cmp $a } keys %ends) {
    for my $n (499, 500, 501, ALL) {
        next if $n < ALL && $end ne 'sign-out';

        my $reply = sign_in($t, 'john@crm.com', 'password1234');

        open_sessions($n - 1);
        is($t->redis('ZCARD', $sessions), $n, "$end: $n sessions");
        is(said($ends{$end}($reply)), '200 ', "$end: $n end");
        is($t->redis('EXISTS', $sessions), 0, "$end: none is named");
        is_deeply($t->redis('KEYS', 'crm:live:session:{JOHN}:*'), [],
            "$end: none is left");
        is(said(refresh($t, $reply->{refresh_token})),
            refused('wrong_token'), "$end: none is refreshed");
    }
}

$t->done;


sub open_sessions {
    my ($n) = @_;

    $t->redis('EVAL', q{
        for i = 1, ARGV[1] do
            local sid = string.format('%032x', i)
            redis.call('ZADD', KEYS[1], ARGV[2] + i, sid)
            redis.call('HSET', ARGV[3] .. sid, 'generation', 1)
        end
    }, 1, $sessions, $n, time + 86400, 'crm:live:session:{JOHN}:');
}
