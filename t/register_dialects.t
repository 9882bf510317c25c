#!/usr/bin/perl

# POST /contacts/register before a CRM of each dialect: the contact is in the
# payload of its answer, and a failure is one whatever its status line says.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Envelope qw(apis);
use Test::CRM::Register qw(register by_mail stored);
use Test::CRM::Words qw(said refused);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    server => 'crm_require_tls off; crm_register_verify off;',
    locations => join('', map { "location /$_/ { crm_api selfservice;
            crm_upstream_envelope $_; $pass }\n" } apis())
        . "location /plain/ { crm_api dmt;
            location /plain/join { crm_answer register; $pass } }"))->start;

$t->api_key('key');
$t->client('isu', 'the client secret', app => 'isu');
$t->secret('a good password');
$t->allow(qr/\[error\].*holds no id of a contact/);

my @client = (client_id => 'isu', client_secret => 'the client secret');

# how each dialect says what there is, and what it refuses

my %made = (
    selfservice => '{"contact":{"id":"%s"}}',
    engagement => '{"response":{"success":"true","result":{"contact":'
        . '{"id":"%s"}}}}',
    dmt => '{"contact":{"id":"%s"},"status":"SUCCESS"}',
    actions => '{"opstatus":0,"contact":{"id":"%s"}}',
);

my %no = (
    engagement => '{"response":{"result":{"arguments":{"statusCode":"400",'
        . '"errorCode":"BAD_REQUEST","errorMessage":"No."}},'
        . '"success":"false"}}',
    dmt => '{"status":"FAILED","statusCode":"-1","statusDesc":"No.",'
        . '"id":"BAD"}',
    actions => '{"opstatus":400,"errcode":"BAD_REQUEST","errmsg":"No.",'
        . '"httpStatusCode":400,"id":"BAD"}',
);

# where its code says all, the words are selfservice's own

my %said = map { $_ => refused('bad_request') } apis();

$said{$_} =~ s/Bad request\./No./ for qw(engagement dmt);

sub crm { $t->crm('POST /contacts/register' => @_) }


for my $api (apis()) {
    my $mail = by_mail("$api\@crm.com", 'a good password');
    my @at = (path => "/$api/contacts/register");
    my @stored = stored($t);

    if ($no{$api}) {
        crm($no{$api});
        is(said(register($t, $mail, @at)), $said{$api}, "$api: refused");
        is_deeply([ stored($t, @stored) ], [], "$api: nothing is stored");

        # what is no envelope of the dialect is nobody's answer

        crm('{"contact":{"id":"BARE"}}');
        is(said(register($t, $mail, @at)), refused('bad_gateway'),
            "$api: no envelope");
    }

    crm(sprintf $made{$api}, "OF-$api");
    is(register($t, $mail, @at)->json->{contact}{id}, "OF-$api",
        "$api: registered");
}


# in its own dialect it is answered as it came

my $body = by_mail('own@crm.com', 'a good password');

$t->crm('POST /join' => $no{dmt});
is(said($t->post('/plain/join', $body, @client)), "200 $no{dmt}",
    'dmt to dmt: refused');
$t->crm('POST /join' => sprintf $made{dmt}, 'OWN');
is($t->post('/plain/join', $body, @client)->json->{contactId}, 'OWN',
    'dmt to dmt: registered');

$t->done;
