# Requests that are checked and answered at once or proxied.  A work has
#
#     path    {id} is the contact of the token
#     send    the requests, see Bench::Data
#     body    the file with the only right answer
#     edges   who does it, in the order of the table; ratios are to the first
#     reach   what an edge must reach: cpu, rate or p99, of which edge, the
#             ratio; or that of another work, and what may come on top
#     check   how many answers are compared, where not all of them

use warnings;
use strict;

my @others = qw(lua njs haproxy);
my @five = (send => 'full');


# W4 of one size: the envelope is rewritten and the body validated

my $rewritten = sub {
    my ($size, $ratio, @more) = @_;

    return { name => "W4-$size", what => "W3, envelope rewritten, $size",
        path => "/w4/contacts/{id}/json-$size.json", @five,
        body => "sealed/json-$size.json", @more,
        reach => { crm => [ [ cpu => 'bare', $ratio ] ] } };
};


# W0: the upstream speaks the location's own dialect

my $same = sub {
    my ($size, $ratio, @more) = @_;

    return { name => "W0-$size", what => "W3, the same dialect, $size",
        path => "/w3/contacts/{id}/sealed-$size.json", @five,
        body => "bodies/sealed-$size.json", @more,
        edges => [ qw(bare crm) ],
        reach => { crm => [ [ cpu => 'bare', $ratio ] ] } };
};


my $signed = sub {
    my ($send, $alg) = @_;

    return { name => "W7-$send", what => "$alg token, small answer",
        path => '/w1/wallets', send => $send, body => 'empty.gif',
        edges => [ qw(bare crm cold lua haproxy) ],
        reach => { crm => [ [ cpu => 'bare', 1.25 ] ] } };
};


(
    { name => 'W1', what => 'HS512 token, small answer',
      path => '/w1/wallets', send => 'token', body => 'empty.gif',
      edges => [ qw(bare crm cold), @others ],
      reach => { crm => [ [ cpu => 'bare', 1.15 ] ],
                 cold => [ [ cpu => 'bare', 1.25 ] ] } },

    { name => 'W2', what => 'token, proxied, 400',
      path => '/w2/text.bin', send => 'token', body => 'bodies/text.bin',
      edges => [ qw(bare crm cold), @others ],
      reach => { crm => [ [ cpu => 'bare', 1.08 ] ] } },

    { name => 'W3', what => 'key, token, headers, own data, proxied, 400',
      path => '/w3/contacts/{id}/text.bin', @five, body => 'bodies/text.bin',
      edges => [ qw(bare crm cold), @others ],
      reach => { crm => [ [ cpu => 'bare', 1.12 ] ] } },

    { name => 'W3v', what => 'W3, to the CRM of its mode, by variables',
      path => '/w3v/contacts/{id}/text.bin', @five,
      body => 'bodies/text.bin', edges => [ qw(bare crm) ] },

    $same->('400', [ W3 => 0.02 ]),
    $same->('64k', 1.06, check => 1000),
    $same->('1m', 1.03, check => 100),

    $rewritten->('400', 1.20, edges => [ qw(bare crm cold lua njs) ]),
    $rewritten->('64k', 1.60, edges => [ qw(bare crm lua njs) ],
        check => 1000),
    $rewritten->('1m', 2.00, edges => [ qw(bare crm lua njs) ],
        check => 100),

    $signed->(rs => 'RS256'),
    $signed->(es => 'ES256'),
)
