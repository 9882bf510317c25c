# What the edge answers itself, and what it does to others.  A way is one of
# load.lua's; once and chain need codes or tokens that are made for each
# round.

use warnings;
use strict;

my $tokens = qr/\A\{"access_token":"[\w.-]+","refresh_token":"[\w.-]+"/;

(
    { name => 'W5-otp', what => 'OTP request', way => 'turn',
      path => '/w5/contacts/otp', send => 'send',
      body => qr/"auth_otp":"[\w-]{36}"/, fresh => 1,
      edges => [ qw(lua crm) ],
      reach => { crm => [ [ rate => 'lua', 2 ] ] } },

    { name => 'W5-validate', what => 'OTP validate', way => 'once',
      path => '/w5/contacts/otp', send => 'send',
      body => qr/"auth_otp":"[\w-]{36}"/, fresh => 1,
      edges => [ qw(lua crm) ],
      reach => { crm => [ [ rate => 'lua', 2 ] ] } },

    { name => 'W5-refresh', what => 'refresh', way => 'chain',
      path => '/w5/contacts/otp', send => 'send',
      edges => [ qw(bare crm lua) ],
      reach => { crm => [ [ cpu => 'bare', 2 ], [ rate => 'lua', 2 ] ] } },

    { name => 'W6', what => 'W3 beside logins, bcrypt, one thread',
      path => '/w3/contacts/{id}/text.bin', send => 'full',
      body => 'bodies/text.bin', edges => [ qw(crm logins) ],
      reach => { logins => [ [ p99 => 'crm', 2 ] ] } },
)
