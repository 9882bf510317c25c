# The same work with stores that have grown: it may cost no more.

use warnings;
use strict;

my %w3 = (path => '/w3/contacts/{id}/text.bin', send => 'one',
    body => 'bodies/text.bin');
my $flat = [ cpu => 'one', 1.05 ];

(
    { name => 'G1', what => 'W3; keys, sessions, revocations', %w3,
      edges => [ qw(one million) ], reach => { million => [ $flat ] } },

    { name => 'G2', what => 'refresh; the same', way => 'chain',
      path => '/w5/contacts/otp', send => 'send',
      edges => [ qw(one million) ], reach => { million => [ $flat ] } },

    { name => 'G3', what => 'W3; revocations', %w3, weigh => 1,
      edges => [ qw(hundred 100k) ],
      reach => { '100k' => [ [ cpu => 'hundred', 1.05 ] ] } },
)
