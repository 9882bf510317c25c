#!/usr/bin/perl

# POST /contacts/register where the CRM refuses, where nobody knows what it
# has done, and where the body is no registration: nothing stays but, for
# those nobody knows of, the reservation.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Register qw(conf register body by_mail stored);
use Test::CRM::Words qw(said refused);

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(conf()))->start;

$t->api_key('key', app => 'shop');
$t->secret('a good password');

sub crm { $t->crm('POST /contacts/register' => @_) }


# what the CRM refuses is answered so, and leaves nothing

my @stored = stored($t);

for ([ 400, '{"status":400,  "error":"X"}' ], [ 409, '{"error":"taken"}' ],
    [ 422, '{"status":422,"error":"Y","message":"","parameters":[1.10]}' ],
    [ 500, '{"status":500,"error":"Z"}' ])
{
    my ($status, $body) = @$_;

    crm({ status => $status, body => $body });
    is(said(register($t, by_mail('no@crm.com', 'a good password'))),
        "$status $body", "the CRM says $status");
    is_deeply([ stored($t, @stored) ], [], "$status: nothing is stored");
}

for ([ 400, refused('bad_gateway') ], [ 500, refused('internal') ],
    [ 503, refused('unavailable') ], [ 302, refused('bad_gateway') ])
{
    my ($status, $said) = @$_;

    crm({ status => $status, body => '<p>', type => 'text/html' });
    is(said(register($t, by_mail('no@crm.com'))), $said, "a page, $status");
    is_deeply([ stored($t, @stored) ], [],
        "a page, $status: nothing is stored");
}

my $log = qr/\[error\].*(?:holds no id of a contact|no whole answer|upstream)/;

$t->allow($log);

my @broken = (
    [ 'no JSON', { body => '{"id":"CAD9"' } ],
    [ 'no id', { body => '{"ID":"CAD9","contact":{}}' } ],
    [ 'an id that is none', { body => '{"id":"C D"}' } ],
    [ 'an id that is a list', { body => '{"id":["CAD9"]}' } ],
    [ 'an empty body', { body => '' } ],
    [ 'nothing', { reset => 1 } ],
    [ 'half of it', { body => '{"id":"CAD9"}', length => 100, close => 1 } ],
    [ 'half of it, chunked', { raw => "HTTP/1.1 200 OK\r\nContent-Type: "
      . "application/json\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n"
      . "{\"id\":\"CAD9\"}" } ],
);

my %keys;

for (@broken) {
    my ($what, $answer) = @$_;

    crm($answer);
    is(said(register($t, by_mail('no@crm.com', 'a good password'))),
        refused('bad_gateway'), $what);
    is_deeply([ stored($t, @stored) ],
        [ 'crm:live:register:{EMAIL:no@crm.com}' ],
        "$what: the reservation alone");
    $keys{($t->crm_log)[-1]{header}{'idempotency-key'}} = 1;
}

is(scalar keys %keys, 1, 'all with one key');
cmp_ok($t->redis('TTL', 'crm:live:register:{EMAIL:no@crm.com}'), '>', 86000,
    'for a day');
crm({ json => { id => 'CAD9' } });
is(register($t, by_mail('no@crm.com', 'a good password'))->status, 200,
    'and at last');
ok($keys{($t->crm_log)[-1]{header}{'idempotency-key'}}, 'with that key');
is_deeply([ stored($t, @stored) ], [ 'crm:live:contact:{CAD9}',
    'crm:live:identity:{EMAIL:no@crm.com}' ], 'it is gone');


# an answer that is too large

$t->allow(qr/\[error\].*larger than subrequest_output_buffer_size/);

for my $how ({ json => { id => 'CAD10', more => 'x' x 70_000 } },
    { chunks => [ '{"id":"CAD10","more":"', ('x' x 10_000) x 7, '"}' ] })
{
    crm($how);
    is(said(register($t, by_mail('ten@crm.com'))), refused('bad_gateway'),
        'too large');
}

like($t->error_log, qr/subrequest_output_buffer_size/, 'the log names it');


# what the body lacks

sub missing { refused('missing', @_) }
sub invalid { refused('invalid', @_) }

for ([ 'no identity', {}, missing('identity') ],
    [ 'an identity that is a text', body('x'), invalid('identity') ],
    [ 'no provider', body({}), missing('provider') ],
    [ 'another provider', body({ provider => 'MW4' }), invalid('provider') ],
    [ 'no username', body({ provider => 'EMAIL' }), missing('username') ],
    [ 'no address', by_mail('john'), invalid('username') ],
    [ 'no number', body({ provider => 'PHONE' }), missing('phone_number') ],
    [ 'no country', body({ provider => 'PHONE', phone_number => '99' }),
      missing('country_code') ],
    [ 'a short password', by_mail('a@crm.com', 'seven77'),
      invalid('password') ],
    [ 'a short one, many bytes', by_mail('a@crm.com', "\x{20ac}" x 7),
      invalid('password') ],
    [ 'a long one', by_mail('a@crm.com', 'p' x 129), invalid('password') ],
    [ 'the username', by_mail('abc@crm.com', 'ABC@crm.com'),
      invalid('password') ],
    [ 'a password that is a number', by_mail('a@crm.com', 12345678),
      invalid('password') ],
    [ 'no first name', { %{by_mail('a@crm.com')}, first_name => '' },
      missing('first_name') ],
    [ 'no last name', { %{by_mail('a@crm.com')}, last_name => undef },
      missing('last_name') ],
    [ 'a pass code that is a number', by_mail('a@crm.com', undef,
      pass_code => 1), invalid('pass_code') ])
{
    my ($what, $body, $said) = @$_;
    is(said(register($t, $body)), $said, $what);
}

is(said($t->post('/self-service/v1/contacts/register', {})),
    refused('wrong_api_key'), 'no key');

$t->done;
