#!/usr/bin/perl

# Requests that are proxied, and those that are refused, ask Redis nothing:
# its own count of commands is the witness.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Words qw(said refused bearer);

use constant ROUNDS => 500;

my $v1 = '/self-service/v1';

# the CRM of this test is NGINX itself, as it has much to do

my $pass = 'proxy_pass http://127.0.0.1:%%PORT2%%$crm_path;';

my $t = Test::CRM->new(workers => 2, conf => Test::CRM::conf_selfservice(
    http => 'crm_api_key_cache ttl=1h negative_ttl=1h;
        server {
            listen 127.0.0.1:%%PORT2%%;
            default_type application/json;
            return 200 "{\"id\":\"JOHN\"}";
        }',
    pass => $pass,
    locations => "location /public/ { crm_api selfservice; crm_token off;
        crm_require_tls off; $pass }"))->start;

my @key = (api_key => $t->api_key('a key of the shop'));
my @other = (api_key => $t->api_key('a key of dmt', apis => 'dmt'));
my @off = (api_key => $t->api_key('a disabled key', state => 'disabled'));
my @wrong = (api_key => 'a key of nobody');
my @john = bearer($t->token('JOHN'));
my @late = bearer($t->token('JOHN', exp => time() - 900));
my @forged = bearer($t->token('JOHN') =~ s/.{4}\z/AAAA/r);

my $passed = '200 {"id":"JOHN"}';

# twenty requests, and what each is answered; NGINX closes after the last

my @rows = (
    [ GET => '/contacts/JOHN', \@john, $passed ],
    [ GET => '/contacts/JOHN', [ @john, @key ], $passed ],
    [ GET => '/contacts/JOHN/wallets', [ @key, @john ], $passed ],
    [ GET => ':/public/x', \@key, $passed ],
    [ GET => ':/public/y', [ @key, @john ], $passed ],
    [ GET => ':/public/x', [], refused('wrong_api_key') ],
    [ GET => ':/public/x', \@wrong, refused('wrong_api_key') ],
    [ GET => ':/public/x', \@off, refused('wrong_api_key') ],
    [ GET => ':/public/x', \@other, refused('forbidden_api_key') ],
    [ GET => '/contacts/JANE', \@john, refused('forbidden') ],
    [ GET => '/contacts/JANE/wallets', [ @john, @key ],
      refused('forbidden') ],
    [ GET => '/contacts/JOHN', [], refused('no_token') ],
    [ GET => '/contacts/JOHN', \@late, refused('wrong_token') ],
    [ GET => '/contacts/JOHN', \@forged, refused('wrong_token') ],
    [ GET => '/contacts/JOHN', [ bearer('none') ], refused('wrong_token') ],
    [ GET => '/contacts/JOHN', [ @john, @wrong ],
      refused('wrong_api_key') ],
    [ HEAD => '/contacts/JOHN', \@john, '200 ' ],
    [ PUT => '/files/F1', \@john, refused('method_not_allowed') ],
    [ GET => '/contacts/JOHN/', \@john, refused('not_found') ],
    [ GET => '/contacts/JOHN/..;/JANE', \@john,
      refused('bad_request', 'path') ],
);

my @texts = map { Test::CRM::HTTP->text($_->[0], path($_->[1]),
    headers => $_->[2]) } @rows;
my %wrong;

ok(wait_for(sub {
    1 < (() = $t->redis('CLIENT', 'LIST') =~ / cmd=ping /g)
}), 'both workers have greeted Redis');

# each key is asked for once; both share what is learnt

round();
is_deeply(\%wrong, {}, 'the first round');

my $before = stats();

round() for 1 .. ROUNDS;

is_deeply(\%wrong, {}, ROUNDS * @rows . ' requests');
is(stats(), $before, 'no command was sent to Redis');

# the same witness sees a key that is not known

is(said($t->get('/public/x', api_key => 'another')),
    refused('wrong_api_key'), 'an unknown key');
isnt(stats(), $before, 'is asked for');

$t->done;


sub path { $_[0] =~ /\A:(.*)/ ? $1 : "$v1$_[0]" }


# A pipeline of all the requests.

sub round {
    my $client = $t->connect;

    $client->write(join '', @texts);

    for my $row (@rows) {
        my $said = said($client->response($row->[0]));

        $wrong{"$row->[0] $row->[1]: $said"}++ if $said ne $row->[3];
    }
}


# How often each command was called, but for the INFO that asks it, and a
# worker's own PING, which no request causes.

sub stats {
    return join ' ', sort grep { !/cmdstat_(?:info|ping)/ }
        $t->redis('INFO', 'commandstats') =~ /^(cmdstat_\S+:calls=\d+)/gm;
}
