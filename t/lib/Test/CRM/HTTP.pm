package Test::CRM::HTTP;

# A client of HTTP/1.1 on a bare socket, that hides nothing: header lines go
# out as given, doubles and underscores included, and come back as they came.

use warnings;
use strict;

use Carp qw(croak);
use IO::Select;
use IO::Socket::INET;
use JSON::PP ();
use Time::HiRes qw(time);

use Test::CRM::Process qw(patience);

# that long waits nobody but for what does not come: under valgrind, sixteen
# passwords are hashed one after the other meanwhile

use constant TIMEOUT => 15 * patience() ** 2;

my $json = JSON::PP->new->utf8->canonical->allow_nonref;


sub new {
    my ($class, $port) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port")
        or croak "connect to port $port: $!";

    return bless { socket => $socket, port => $port, in => '' }, $class;
}


# A request as text, from the method, the target and
#     headers => [ name => value, ... ]
#     body    => bytes, or json => a value; type => its Content-Type
#     host    => '127.0.0.1'; undef for none

sub text {
    my ($class, $method, $target, %opt) = @_;

    my @lines = ("$method $target HTTP/1.1");
    my $body = body(%opt);
    my @headers = @{$opt{headers} || []};
    my $host = exists $opt{host} ? $opt{host} : '127.0.0.1';

    push @lines, "Host: $host" if defined $host;

    while (my ($name, $value) = splice @headers, 0, 2) {
        push @lines, "$name: $value";
    }

    if (defined $body) {
        push @lines, 'Content-Type: ' . type(%opt) if defined type(%opt);
        push @lines, 'Content-Length: ' . length $body;
    }

    push @lines, 'Connection: close' if $opt{close};

    return join("\r\n", @lines) . "\r\n\r\n" . ($body // '');
}


sub body {
    my (%opt) = @_;

    return exists $opt{json} ? $json->encode($opt{json}) : $opt{body};
}


sub type {
    my (%opt) = @_;

    return exists $opt{type} ? $opt{type} : 'application/json';
}


# Sends a request and returns its Test::CRM::Response; the connection stays.

sub request {
    my ($self, $method, $target, %opt) = @_;

    $self->write(ref($self)->text($method, $target, %opt));

    return $self->response($method);
}


sub write {
    my ($self, $bytes) = @_;

    local $SIG{PIPE} = 'IGNORE';

    while (length $bytes) {
        my $n = syswrite $self->{socket}, $bytes;
        return 0 unless defined $n;
        substr $bytes, 0, $n, '';
    }

    return 1;
}


# Reads one answer.  `truncated` is set where its end did not come.

sub response {
    my ($self, $method) = @_;

    my $r = bless { status => 0, headers => [], header => {}, body => '' },
        'Test::CRM::Response';

    $self->{deadline} = time() + TIMEOUT;
    $self->head($r);

    return $r if $r->{truncated};
    return $self->response($method) if $r->{status} =~ /^1/;

    return $r if ($method // '') eq 'HEAD' || $r->{status} =~ /^(204|304)$/;

    if (lc $r->header('transfer-encoding') eq 'chunked') {
        $self->chunked($r);
        return $r;
    }

    my $length = $r->{header}{'content-length'};

    $self->fill($r, defined $length ? $length : -1);

    return $r;
}


sub head {
    my ($self, $r) = @_;

    my $end;

    while (($end = index $self->{in}, "\r\n\r\n") < 0) {
        return $r->{truncated} = 1 unless $self->more;
    }

    my ($line, @lines) = split /\r\n/, substr $self->{in}, 0, $end + 4, '';

    @$r{qw(protocol status reason)} = split / /, $line, 3;
    $r->add(split /:[ \t]*/, $_, 2) for @lines;
}


sub chunked {
    my ($self, $r) = @_;

    for (;;) {
        my $end;

        while (($end = index $self->{in}, "\r\n") < 0) {
            return $r->{truncated} = 1 unless $self->more;
        }

        my ($n) = (substr $self->{in}, 0, $end + 2, '') =~ /^([0-9a-f]+)/i;
        $n = hex $n;

        while (length $self->{in} < $n + 2) {
            return $r->{truncated} = 1 unless $self->more;
        }

        $r->{body} .= substr $self->{in}, 0, $n, '';
        substr $self->{in}, 0, 2, '';

        return if $n == 0;
    }
}


# The body by its length, or up to the connection's end.

sub fill {
    my ($self, $r, $length) = @_;

    while ($length < 0 || length $self->{in} < $length) {
        last unless $self->more;
    }

    $r->{truncated} = 1 if $length > length $self->{in};
    $r->{body} = substr $self->{in}, 0,
        $length < 0 ? length $self->{in} : $length, '';
}


# More bytes into the buffer; false at the connection's end.

sub more {
    my ($self) = @_;

    my $left = $self->{deadline} - time();

    $left > 0 && IO::Select->new($self->{socket})->can_read($left)
        or croak 'no answer in ' . TIMEOUT . ' s';

    return sysread $self->{socket}, $self->{in}, 65536, length $self->{in};
}


# Whether the server closed the connection, having sent nothing more.

sub closed {
    my ($self, $seconds) = @_;

    $self->{deadline} = time() + ($seconds // TIMEOUT);

    return $self->{in} eq '' && eval { !$self->more };
}


sub close {
    my ($self) = @_;

    CORE::close $self->{socket};
}


# The same request through curl, for TLS and HTTP/2: curl's own arguments
# come first.

sub curl {
    my ($class, $dir, $args, $url, $method, %opt) = @_;

    my @argv = ('curl', '-sk', '--max-time', TIMEOUT, '--path-as-is',
        '-D', "$dir/curl.head", '-o', "$dir/curl.body", '-X', $method, @$args);
    my @headers = @{$opt{headers} || []};
    my $body = body(%opt);

    push @argv, '-I' if $method eq 'HEAD';
    unlink "$dir/curl.head", "$dir/curl.body";

    while (my ($name, $value) = splice @headers, 0, 2) {
        push @argv, '-H', "$name: $value";
    }

    if (defined $body) {
        Test::CRM::Process::spew("$dir/curl.in", $body);
        push @argv, '--data-binary', "\@$dir/curl.in";
        push @argv, '-H', 'Content-Type: ' . (type(%opt) // '');
    }

    my $failed = system { 'curl' } @argv, $url;
    my $r = bless { status => 0, headers => [], header => {},
        body => Test::CRM::Process::slurp("$dir/curl.body"),
        truncated => $failed ? 1 : 0 }, 'Test::CRM::Response';

    my $head = Test::CRM::Process::slurp("$dir/curl.head");
    my ($line, @lines) = split /\r\n/, (split /\r\n\r\n/, $head)[-1] // '';

    @$r{qw(protocol status reason)} = split / /, $line // '', 3;
    $r->add(split /:[ \t]*/, $_, 2) for @lines;

    return $r;
}


package Test::CRM::Response;


sub add {
    my ($r, $name, $value) = @_;

    push @{$r->{headers}}, [ $name, $value ];

    my $had = $r->{header}{lc $name};

    $r->{header}{lc $name} = defined $had ? "$had, $value" : $value;
}


sub status    { $_[0]{status} }
sub body      { $_[0]{body} }
sub truncated { $_[0]{truncated} || 0 }

# a header's value, '' where it did not come
sub header    { $_[0]{header}{lc $_[1]} // '' }

# the body as a value, undef where it is not JSON
sub json      { eval { $json->decode($_[0]{body}) } }


1;
