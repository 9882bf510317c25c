package Test::CRM::Relay;

# A relay between NGINX and Redis that bears a load, and harms what passes:
#
#     my $relay = Test::CRM::Relay->new($t);      # at %%DIR%%/relay.sock
#     $relay->harm('delay', 200);     # replies come 200 ms late
#     $relay->harm('cut', 5);         # each 5th read is cut in its middle
#     $relay->harm('say', "…\r\n");   # what flows ask is answered so, and
#     $relay->harm('load', "…\r\n");  # so is everything; the links are new
#     $relay->harm('pass');

use warnings;
use strict;

use IO::Handle;
use IO::Select;
use IO::Socket::UNIX;
use MIME::Base64 qw(encode_base64 decode_base64);
use Socket;
use Time::HiRes qw(time);

use Test::CRM::Process qw(spawn wait_for);

# how the edge greets Redis, and listens to it
my $greeting = qr/\A(?:AUTH|SELECT|SCRIPT|PING|SUBSCRIBE)\z/;


sub new {
    my ($class, $t) = @_;

    my $path = "$t->{dir}/relay.sock";

    socketpair my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC or die $!;

    my $self = bless { control => $ours, mode => 'pass', arg => 0, late => 0,
        redis => "$t->{dir}/redis.sock" }, $class;

    $t->{pid}{relay} = spawn(sub { $self->serve($path, $theirs) },
        out => "$t->{dir}/relay.out");
    wait_for(sub { -S $path }) or die 'no relay';
    $ours->autoflush(1);

    return $self;
}


sub harm {
    my ($self, $mode, $arg) = @_;

    local $SIG{PIPE} = 'IGNORE';
    print { $self->{control} } "$mode ", encode_base64($arg // '', ''), "\n";
    defined readline $self->{control} or die 'the relay has ended';
}


# What follows runs in the relay's process.

sub serve {
    my ($self, $path, $control) = @_;

    local $SIG{PIPE} = 'IGNORE';
    close $self->{control};
    $control->autoflush(1);

    my $listen = IO::Socket::UNIX->new(Local => $path, Listen => 128)
        or die "$path: $!";

    $self->{select} = IO::Select->new($listen, $control);
    $self->{lines} = {};

    for (;;) {
        for my $socket ($self->{select}->can_read($self->nap)) {

            if ($socket == $control) {
                $self->change($control);

            } elsif ($socket == $listen) {
                $self->accept($listen);

            } elsif (my $line = $self->{lines}{$socket}) {
                $self->read($line, $socket);
            }
        }

        $self->deliver($_) for $self->lines;
    }
}


sub nap {
    my ($self) = @_;

    return 1 unless $self->{mode} eq 'delay' || $self->{late};
    return 0.002;
}


# A reply that was not asked of Redis must not overtake one that was: where
# the relay begins or ends to speak itself, the links are made anew.

sub change {
    my ($self, $control) = @_;

    my $line = readline $control;

    exit 0 unless defined $line;

    my $spoke = $self->{mode} =~ /say|load/;
    my ($mode, $arg) = split ' ', $line;

    @$self{qw(mode arg)} = ($mode, decode_base64($arg // ''));
    $self->cut($_) for $spoke || $mode =~ /say|load/ ? $self->lines : ();
    print { $control } "done\n";
}


sub lines {
    my ($self) = @_;

    my %lines = map { $_ => $_ } values %{$self->{lines}};

    return values %lines;
}


sub accept {
    my ($self, $listen) = @_;

    my $client = $listen->accept or return;
    my $redis = IO::Socket::UNIX->new(Peer => $self->{redis}) or return;
    my $line = { client => $client, redis => $redis, in => '', out => [],
        reads => 0 };

    $self->{lines}{$_} = $line for $client, $redis;
    $self->{select}->add($client, $redis);
}


sub cut {
    my ($self, $line) = @_;

    return if $line->{gone}++;

    $self->{late} -= @{$line->{out}};

    for my $socket (@$line{qw(client redis)}) {
        $self->{select}->remove($socket);
        delete $self->{lines}{$socket};
        close $socket;
    }
}


sub read {
    my ($self, $line, $socket) = @_;

    return if $line->{gone};
    return $self->cut($line) unless sysread $socket, my $bytes, 65536;
    return $self->ask($line, $bytes) if $socket == $line->{client};

    if ($self->{mode} eq 'cut' && ++$line->{reads} % $self->{arg} == 0) {
        give($line->{client}, substr $bytes, 0, length($bytes) / 2);
        return $self->cut($line);
    }

    my $late = $self->{mode} eq 'delay' ? $self->{arg} / 1000 : 0;

    push @{$line->{out}}, [ time + $late, $bytes ];
    $self->{late}++;
}


# Replies whose time has come, in their order.

sub deliver {
    my ($self, $line) = @_;

    while (@{$line->{out}} && !$line->{gone} && $line->{out}[0][0] <= time) {
        give($line->{client}, (shift @{$line->{out}})->[1]);
        $self->{late}--;
    }
}


sub ask {
    my ($self, $line, $bytes) = @_;

    return give($line->{redis}, $bytes) unless $self->{mode} =~ /say|load/;

    my $in = \$line->{in};

    $$in .= $bytes;

    while ($$in =~ /\A\*(\d+)\r\n/) {
        my ($n, $at, @argv) = ($1, $+[0]);

        while (@argv < $n && substr($$in, $at) =~ /\A\$(\d+)\r\n/) {
            $at += $+[0];
            push @argv, substr $$in, $at, $1;
            $at += $1 + 2;
        }

        return if @argv < $n || $at > length $$in;

        my $command = substr $$in, 0, $at, '';

        $self->{mode} eq 'say' && $argv[0] =~ $greeting
            ? give($line->{redis}, $command)
            : give($line->{client}, $self->{arg});
    }
}


sub give {
    my ($socket, $bytes) = @_;

    while (length $bytes) {
        my $n = syswrite $socket, $bytes;
        return unless defined $n;
        substr $bytes, 0, $n, '';
    }
}


1;
