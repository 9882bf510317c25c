#!/usr/bin/perl

# Caches whose key tells contacts and modes apart: also where NGINX asks the
# CRM by a copy of the request, to refresh what is kept or for a slice of it.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Words qw(said refused bearer);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%/$crm_mode$crm_path;';
my $key = 'proxy_cache kept;
    proxy_cache_key $crm_mode$crm_contact_id$request_uri';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    tls => '',
    http => 'proxy_cache_path %%DIR%%/cache keys_zone=kept:1m;',
    server => 'crm_require_tls off; crm_token optional; crm_api_key off;
        proxy_ignore_headers Cache-Control;',
    locations => join('', map { "location /$_->[0]/ { crm_api selfservice;
            $_->[1] $pass }\n" }
        [ fresh => "$key; proxy_cache_valid 1s;
            proxy_cache_background_update on;
            proxy_cache_use_stale updating;" ],
        (map { [ $_->[0] => "$key\$slice_range; proxy_cache_valid 206 1h;
            proxy_set_header Range \$slice_range; slice 4; $_->[1]" ] }
            [ sliced => '' ], [ spelled => 'crm_upstream_envelope dmt;' ]),
        [ ranged => "$key; proxy_cache_valid 1h;" ],
        [ forced => 'proxy_force_ranges on;' ],
        [ paged => "$key; proxy_cache_valid 1h; crm_upstream_envelope dmt;
            error_page 412 = /spoken/orders;" ],
        [ spoken => 'crm_upstream_envelope engagement;' ])),
    crm => {
        'GET /test/orders' => '{"of":"JOHN"}',
        'GET /live/orders' => '{"of":"nobody"}',
        'GET /live/page' => { body => '{"n":1}', headers =>
            [ 'Accept-Ranges' => 'bytes' ] },
        'GET /live/files/F' => [ map { slices($_) } 'of JANE', 'of JOHN' ],
        'GET /live/files/J' => [ slices('{"n":1}', 'application/json') ],
    });

mkdir $t->dir . '/cache';
$t->start;

my @john = bearer($t->token('JOHN'));
my @jane = bearer($t->token('JANE'));
my @test = bearer($t->token('JOHN', mode => 'test'));


# what is refreshed is asked for, and kept, as it was

for my $row ([ 2 => '{"of":"JOHN"}', @test ], [ 2 => '{"of":"nobody"}' ],
    [ 0 => '{"of":"JOHN"}', @test ])
{
    my ($more, $body, @headers) = @$row;
    my $n = () = $t->crm_log;
    my $name = @headers ? 'a contact in test' : 'nobody';

    my @wrong;

    ok(wait_for(sub {
        push @wrong, grep { $_ ne $body }
            $t->get('/fresh/orders', @headers)->body;

        return $n + $more <= (() = $t->crm_log);
    }), "$name, refreshed");
    is_deeply(\@wrong, [], "$name, answers");

    is_deeply([ grep { !/\Q$body\E/ } map { answer($_) }
        splice @{[ $t->crm_log ]}, $n ], [], "$name, asked for that alone");
}


# each slice is whose the first one is

is(said($t->get('/sliced/files/F', @jane)), '200 of JANE', 'slices');
is(said($t->get('/sliced/files/F', @john)), '200 of JOHN', "another's");
is(said($t->get('/sliced/files/F', @jane)), '200 of JANE', 'from the cache');

is(said($t->get("/spelled/files/J", @john)), '200 {"n":1}',
    'none is an answer of another dialect') for 0, 1;

is_deeply([ map { $_->{header}{'x-crm-contact'} } grep { $_->{path} =~ /F$/ }
    $t->crm_log ], [ qw(JANE JANE JOHN JOHN) ], 'who asked for them');



# what NGINX says of a range that there is not, in the place of a good answer

for my $place (qw(ranged forced)) {
    is(said($t->get("/$place/page", @john, Range => 'bytes=1-3')), '206 "n"',
        "$place, a range");

    my $r = $t->get("/$place/page", @john, Range => 'bytes=100-200');

    is(said($r), refused('bad_request') =~ s/400/416/gr, "$place, none");
    is($r->header('Cache-Control'), 'no-store', "$place, none, not kept");
}


# what is asked for in the place of a good answer comes from a CRM, too

$t->crm('GET /live/orders' => '{"response":{"success":"true",'
    . '"result":{"of":"nobody"}}}', 'GET /live/dated' => { body => '{}',
    headers => [ 'Last-Modified' => 'Sun, 06 Nov 1994 08:49:37 GMT' ] });

is(said($t->get('/paged/dated', 'If-Unmodified-Since' =>
    'Sat, 05 Nov 1994 08:49:37 GMT')), '200 {"of":"nobody"}',
    'a page of another CRM, for a precondition that failed');

$t->done;


sub slices {
    my ($text, $type) = @_;

    my $n = length $text;

    return map {
        my $slice = substr $text, $_, 4;
        my $last = $_ + length($slice) - 1;

        +{ status => 206, body => $slice, type => $type // 'text/plain',
            headers => [ ETag => '"v1"',
                'Content-Range' => "bytes $_-$last/$n" ] }
    } 0, 4;
}


# What the CRM said to a request of its log.

sub answer { $_[0]{path} =~ /test/ ? '{"of":"JOHN"}' : '{"of":"nobody"}' }
