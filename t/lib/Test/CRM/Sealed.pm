package Test::CRM::Sealed;

# A client of the encrypted variant, provisioned as the README says, by
# openssl and Redis alone; t/tool/seal.c encrypts for it.
#
#     my $client = Test::CRM::Sealed->new($t, 'isu', 'its secret',
#         cipher => 'cbc', mac => 1);
#     is($client->said(POST => '/path', '{"a":1}'), '200 {"b":2}');

use warnings;
use strict;

use Carp qw(croak);
use IPC::Open2 qw(open2);
use JSON::PP ();
use MIME::Base64 qw(decode_base64 encode_base64);

use Test::CRM::Process qw(slurp);

my ($in, $out, $tool);
my $n = 0;


# cipher (none in the record), mac (0: no mac_key), secret_file (secret, in
# the test's directory), record => { … } for the rest of it

sub new {
    my ($class, $t, $id, $secret, %opt) = @_;

    my $self = bless { t => $t, id => $id, secret => $secret,
        pass => 'pass key of ' . $id . ++$n }, $class;
    my $cipher = $opt{cipher} // 'gcm';

    $self->{kind} = $cipher eq 'gcm' ? 'gcm' : $opt{mac} ? 'hmac' : 'cbc';

    my $wrap = wrap_key(slurp($t->dir . '/' . ($opt{secret_file}
        // 'secret')));
    my %record = (defined $opt{cipher} ? (cipher => $cipher) : ());

    for my $name (qw(header_key payload_key), $opt{mac} ? 'mac_key' : ()) {
        my $file = $t->file("$name.$n", pack 'H*', $self->{$name} = random());
        $record{$name} = wrapped($wrap, $file);
        $t->secret($self->{$name});
    }

    $t->secret($self->{pass});
    $t->client($id, $secret, %record, %{$opt{record} || {}});
    $t->redis(SET => 'crm:passkey:{' . $t->sha256_hex($self->{pass}) . '}',
        $id);

    return $self;
}


sub random { unpack 'H*', `openssl rand 32` }


sub wrap_key {
    my ($secret) = @_;

    my $key = `openssl kdf -keylen 32 -kdfopt digest:SHA256 \\
        -kdfopt 'key:$secret' -kdfopt 'info:crm wrap' HKDF`;

    return $key =~ tr/0-9A-F//cdr;
}


sub wrapped {
    my ($wrap, $file) = @_;

    return `openssl enc -id-aes256-wrap -K $wrap -iv A6A6A6A6A6A6A6A6 \\
        -in $file | od -An -tx1 -v | tr -d ' \\n'`;
}


# One use of the tool; undef: it does not open.

sub tool {
    my ($self, $what, $key, $aad, $text) = @_;

    if (!$tool) {
        my $path = ($ENV{TEST_CRM_OBJS} || 'objs') . '/tool/seal';
        -x $path or croak "$path is missing: make unit";
        $tool = open2($out, $in, $path);
        $in->autoflush(1);
    }

    print $in join(' ', $what, $self->{kind}, map { length $_ ? $_ : '-' }
        $self->{$key}, $self->{mac_key} // '', unpack('H*', $aad),
        unpack 'H*', $text), "\n";
    chomp(my $line = <$out>);

    return $line eq 'no' ? undef : pack 'H*', $line;
}


# header_secrets: id, secret, epoch (as JSON), json (all of it), or aad.

sub proof {
    my ($self, $method, $target, %opt) = @_;

    my $epoch = $opt{epoch} // time;
    my $json = $opt{json} // sprintf
        '{"client_id":"%s","client_secret":"%s","epoch":%s}',
        $opt{id} // $self->{id}, $opt{secret} // $self->{secret}, $epoch;

    return encode_base64($self->tool(seal => 'header_key',
        $opt{aad} // "$method $target", $json), '');
}


sub body {
    my ($self, $proof, $plain) = @_;

    return '{"RequestData":"'
        . encode_base64($self->tool(seal => 'payload_key', $proof, $plain),
            '') . '"}';
}


sub headers {
    my ($self, $proof) = @_;

    return (pass_key => $self->{pass}, header_secrets => $proof);
}


# An answer as status and text; in brackets where it was not encrypted.

sub opened {
    my ($self, $r, $proof) = @_;

    my ($data) = $r->body =~ m{\A\{"ResponseData":"([A-Za-z0-9+/=]+)"\}\z}
        or return $r->status . ' [' . $r->body . ']';
    my $plain = $self->tool(open => 'payload_key', "$proof.response",
        decode_base64($data));

    return $r->status . ' ' . ($plain // 'what does not open');
}


# A whole exchange.  %opt is proof's; proof, body (as sent) and headers stand
# in place of what is made, or beside it.

sub said {
    my ($self, $method, $target, $plain, %opt) = @_;

    my $proof = $opt{proof} // $self->proof($method, $target, %opt);
    my $body = exists $opt{body} ? $opt{body}
        : defined $plain ? $self->body($proof, $plain) : undef;
    my $r = $self->{t}->http($method, $target,
        headers => [ $self->headers($proof), @{$opt{headers} || []} ],
        defined $body ? (body => $body) : (),
        exists $opt{type} ? (type => $opt{type}) : ());

    $self->{last} = $r;

    return $self->opened($r, $proof);
}


END {
    my $status = $?;

    if ($tool) {
        close $in;
        waitpid $tool, 0;
    }

    $? = $status;
}


1;
